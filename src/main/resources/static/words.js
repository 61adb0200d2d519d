/** What is told in plain words, and only here: the rest of the page moves sentences about. */

/** As much of a prompt as is read aloud to tell one generation from another. */
const SPOKEN = 60;

const STATES = {
  queued: 'In line',
  submitting: 'Being sent',
  processing: 'In the making',
  overdue: 'Taking long',
  completed: 'Done',
  failed: 'Failed',
  rejected: 'Refused',
  cancelled: 'Cancelled',
  unknown: 'Outcome unknown',
  timed_out: 'Gave up waiting',
};

const WAITING_FOR = {
  limit: 'waiting for a free place at the image API',
  busy: 'the image API said it is busy, so Sluice asks again in a moment',
  circuit: 'the image API is in trouble, so Sluice waits until it has recovered',
  key: 'the image API refused the key of this gateway, so its operator has to act',
  paused: 'sending is paused for a moment',
};

const NEXT_STEPS = {
  failed: 'Change the prompt and generate again. A new generation is paid for again.',
  rejected: 'Look at what is asked for, change it, and generate again.',
  unknown:
    'Sluice never sends such a request again on its own, since that could pay twice. Should the answer still turn up, ' +
    'this page shows it after a reload.',
  timed_out: 'Generate again if you still want the picture. A new generation is paid for again.',
  cancelled: 'Generate again whenever you like.',
};

const REFUSALS = {
  400: 'Change what is asked for and generate again.',
  401: 'Enter a gateway key under Settings, then try again.',
  402: 'Add credits to the account of the image API, then generate again.',
  403: 'Ask the operator of this gateway for access.',
  404: 'It may have been erased, or it belongs to somebody else. Start a new one.',
  413: 'Shorten the prompt and generate again.',
  422: 'Change what is asked for and generate again.',
};

export function stateOf(status) {
  return STATES[status] ?? status;
}

/** One sentence for one event, as the list of events tells it. */
export function sentenceFor({ type, generation }) {
  switch (type) {
    case 'queued':
      return waiting(generation.progress);
    case 'submitting':
      return 'On its way to the image API.';
    case 'processing':
      return `The image API accepted it. ${creditsOf(generation)}`.trim();
    case 'progress':
      return howFar(generation);
    case 'overdue':
      return 'Slower than usual. Sluice keeps asking, since the result is paid for.';
    case 'completed':
      return `${pictures(generation.imageUrls?.length ?? 0)} ${creditsOf(generation)}`.trim();
    case 'failed':
    case 'rejected':
    case 'unknown':
    case 'timed_out':
      return asSentence(generation.error?.title ?? stateOf(type));
    case 'cancelled':
      return 'Cancelled before it was accepted. Nothing was charged.';
    default:
      return '';
  }
}

/** The state of the line itself, which is no event of the stream. */
export function lineOf({ isOpen, pause }) {
  return isOpen ? '' : `The line was cut. Reconnecting in ${duration(pause)}; what was accepted goes on.`;
}

export function unanswered(pause) {
  return `The gateway did not answer. Asking again in ${duration(pause)}, under the same key, so that nothing is paid twice.`;
}

/** What a screen reader hears of one generation: once for each phase, never for each percent. */
export function announcementOf(prompt, status) {
  return `${shortened(prompt)}: ${stateOf(status)}.`;
}

/** How many are under way, for the head of the list and for the title of the page. */
export function tallyOf(statuses) {
  const queued = statuses.filter((status) => status === 'queued').length;
  const running = statuses.filter((status) => ['submitting', 'processing', 'overdue'].includes(status)).length;
  return [running > 0 ? `${running} in the making` : '', queued > 0 ? `${queued} in line` : ''].filter(Boolean).join(', ');
}

/** What stands under the bar, which shows the percent itself. */
export function outlookOf({ status, progress = {}, ...rest }) {
  const isMeasured = status === 'processing' && progress.percent !== undefined;
  if (isMeasured) return timeLeft(progress) || 'The image API is at work.';
  return sentenceFor({ type: status, generation: { status, progress, ...rest } });
}

/** The title, the explanation and the next step of whatever went wrong. */
export function troubleWith(trouble) {
  if (isNoAnswer(trouble)) {
    return {
      title: 'The gateway cannot be reached',
      detail: 'It may be restarting, or this device may be offline.',
      next: 'Generate again: the same request is sent under the same key, so it cannot be paid for twice.',
    };
  }
  if (trouble.status === undefined) {
    return { title: 'Something unforeseen happened', detail: trouble.message, next: 'Reload the page.' };
  }
  const { title, detail, status, retryAfter } = trouble;
  const later = retryAfter === undefined ? 'Try again a little later.' : `Try again in ${duration(retryAfter * 1000)}.`;
  return { title, detail, next: REFUSALS[status] ?? later };
}

/** What may pass is a refusal with its status, or that nobody answered. */
function isNoAnswer({ isPassing, status }) {
  return isPassing && status === undefined;
}

export function endingOf(generation) {
  const { title = stateOf(generation.status), detail } = generation.error ?? {};
  const money = generation.status === 'cancelled' ? 'Nothing was charged.' : creditsOf(generation);
  return { title, detail, next: [money, NEXT_STEPS[generation.status]].filter(Boolean).join(' ') };
}

export function creditsOf({ status, credits = {} }) {
  if (credits.atRisk) return `${credit(credits.atRisk)} may have been charged.`;
  if (credits.used) return `${credit(credits.used)} used.`;
  return status === 'rejected' ? 'Nothing was charged.' : '';
}

export function duration(milliseconds) {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 90 ? `${seconds}\u00a0s` : `${Math.round(seconds / 60)}\u00a0min`;
}

/** Time since the start, as the list of events and the clock show it. */
export function clock(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')} min`;
}

/** The same while it runs: tenths would only flicker. */
export function elapsed(milliseconds) {
  return clock(Math.floor(milliseconds / 1000) * 1000).replace('.0', '');
}

function howFar({ status, progress = {} }) {
  if (status === 'queued' || progress.percent === undefined) return waiting(progress);
  return `${Math.round(progress.percent)}% there. ${timeLeft(progress)}`.trim();
}

function waiting({ queuePosition, waitingFor, etaSeconds } = {}) {
  const place = queuePosition === undefined ? 'Accepted' : `Number ${queuePosition} in line`;
  const reason = WAITING_FOR[waitingFor] === undefined ? '' : `: ${WAITING_FOR[waitingFor]}`;
  return `${place}${reason}. ${timeLeft({ etaSeconds })}`.trim();
}

function timeLeft({ etaSeconds }) {
  return etaSeconds === undefined ? '' : `About ${duration(etaSeconds * 1000)} to go.`;
}

function pictures(count) {
  if (count === 0) return 'It ended well, but no picture came with it.';
  return count === 1 ? 'The picture is here.' : `${count} pictures are here.`;
}

function credit(count) {
  return count === 1 ? '1 credit' : `${count} credits`;
}

function asSentence(text) {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function shortened(prompt) {
  return prompt.length > SPOKEN ? `${prompt.slice(0, SPOKEN).trim()}…` : prompt;
}

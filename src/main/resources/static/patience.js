/**
 * Asks again for as long as nobody answers, which `onUnanswered` hears of with the milliseconds until then. A refusal ends it
 * at once, though it may pass: whoever looks at the page decides what comes next.
 */
export function untilAnswered(ask, onUnanswered = () => {}) {
  const refused = new AbortController();
  const onPause = ({ pause, trouble }) => (trouble.status === undefined ? onUnanswered(pause) : refused.abort(trouble));
  return ask({ signal: refused.signal, onPause });
}

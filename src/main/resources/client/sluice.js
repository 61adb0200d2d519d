/**
 * Speaks to Sluice from a browser or from Node (20.3 or newer), with nothing else to load. The types and what each call
 * promises are in sluice.d.ts. Whatever waits, waits for a bounded time, and stops when its `signal` does; stopping closes
 * the line and cancels nothing at the gateway.
 */

const ENDINGS = new Set(['completed', 'failed', 'rejected', 'cancelled', 'unknown', 'timed_out', 'batch']);

/** Of one call. With their pauses they outlast a restart of the gateway, and not much more: somebody waits for the answer. */
const MOST_ATTEMPTS = 6;

/** Lines in a row that brought no event. With their pauses more than an hour: the picture may be paid for by now. */
const MOST_FRUITLESS_LINES = 100;

/** In milliseconds, until a stream says otherwise with `retry:`; it doubles each time. */
const FIRST_PAUSE = 1_000;

/** Also the longest `Retry-After` that is waited for: what takes longer is the caller's to decide. */
const LONGEST_PAUSE = 60_000;

/** Four heartbeats. An answer that keeps silent for longer comes over a line that is half open and would never say so. */
const LONGEST_SILENCE = 60_000;

/** A ticket that is about to run out would be refused on its way. */
const LEAST_LIFE_OF_A_TICKET = 30_000;

/** Ids of events that were told. A generation has a handful, and a hundred of them share a line at most. */
const MOST_IDS_KEPT = 2_000;

/** Characters of one line of a stream; the ending of a batch of a hundred has a few hundred thousand. */
const LONGEST_LINE = 8_000_000;

/** The gateway refused: RFC 9457 problem details where the answer holds them, else what its status tells. */
export class SluiceProblem extends Error {
  constructor({ type = 'about:blank', title, status, detail, instance }, retryAfter) {
    super(detail ?? title ?? `The answer was ${status}`);
    this.name = 'SluiceProblem';
    Object.assign(this, { type, title: title ?? this.message, status, detail, instance, retryAfter });
  }

  get isPassing() {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }

  static async of(response) {
    const facts = await jsonIn(response).catch(() => undefined);
    return new SluiceProblem({ ...facts, status: response.status }, secondsIn(response.headers.get('Retry-After')));
  }
}

/** Nobody answered, or the answer broke off. */
export class SluiceUnreachable extends Error {
  isPassing = true;

  constructor(cause) {
    super('The gateway cannot be reached', { cause });
    this.name = 'SluiceUnreachable';
  }
}

export class Sluice {
  #base;
  #key;
  #ticket;
  #fetch;
  #pause;

  constructor({ base, key, ticket, fetch = (...call) => globalThis.fetch(...call), pause = sleep } = {}) {
    this.#base = base === undefined ? new URL('.', import.meta.url) : new URL(`${base}`.replace(/\/*$/, '/'));
    if (!this.#base.protocol.startsWith('http')) throw new TypeError('Say where Sluice is: new Sluice({ base })');
    this.#key = typeof key === 'function' ? key : () => key;
    this.#ticket = ticket;
    this.#fetch = fetch;
    this.#pause = pause;
  }

  submit(request, options) {
    return this.#post('v1/generations', request, options);
  }

  batch(requests, options) {
    return this.#post('v1/batches', { generations: requests }, options);
  }

  get(one, { signal, onPause } = {}) {
    return this.#ask(pathOf(one), { signal, onPause });
  }

  list({ status = [], limit, cursor, signal, onPause } = {}) {
    const query = new URLSearchParams([status].flat().map((one) => ['status', one]));
    if (limit !== undefined) query.set('limit', limit);
    if (cursor) query.set('cursor', cursor);
    return this.#ask(`v1/generations?${query}`, { signal, onPause });
  }

  async wait(one, { signal, onPause } = {}) {
    for await (const _ of this.watch(one, { signal }));
    return this.get(one, { signal, onPause });
  }

  /** A withdrawal whose answer was lost is refused when it is sent again; that it succeeded is what counts. */
  async cancel(one, { signal, onPause } = {}) {
    try {
      return await this.#ask(pathOf(one), { method: 'DELETE', signal, onPause });
    } catch (trouble) {
      if (trouble?.status !== 409) throw trouble;
      const found = await this.get(one, { signal, onPause });
      if ([found.generations ?? found].flat().every(({ status }) => status === 'cancelled')) return found;
      throw trouble;
    }
  }

  async erase(one, { signal, onPause } = {}) {
    await this.#ask(`${pathOf(one)}?erase=true`, { method: 'DELETE', signal, onPause }, async () => {});
  }

  image(one, index = 0, { signal, onPause } = {}) {
    return this.#ask(`${pathOf(one)}/images/${index}`, { signal, onPause }, wholeOf);
  }

  status({ signal, onPause } = {}) {
    return this.#ask('v1/status', { signal, onPause });
  }

  ticket({ generations, seconds, signal, onPause } = {}) {
    const body = { generations: generations?.map(idOf), seconds };
    return this.#ask('v1/stream-tickets', { method: 'POST', body, signal, onPause });
  }

  /** `return()` closes the line at once, though a `next()` may be waiting: a generator alone would wait for that first. */
  watch(what, { signal, ...options } = {}) {
    const left = new AbortController();
    const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
    const events = this.#follow([what].flat().map(idOf), Array.isArray(what), { ...options, signal: either });
    return {
      next: () => events.next().catch((trouble) => ifLeft(left, trouble)),
      return: (value) => {
        left.abort();
        return events.return(value).catch((trouble) => ifLeft(left, trouble));
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Opens the line, reads it, and opens it again where it was cut, until all have ended. */
  async *#follow(ids, areSeveral, { lastEventId = '', onLine = () => {}, signal }) {
    const path = areSeveral ? 'v1/events' : `${pathOf(ids[0])}/events`;
    const running = new Set(ids);
    const doubtful = new Set(); // `unknown` may be taken back, and the gateway ends the line where it was not
    const told = new Set();
    let place = lastEventId;
    let askedPause = FIRST_PAUSE;
    let ticket;

    for (let fruitless = 0; ; fruitless++) {
      const isNew = this.#ticket !== undefined && !isFresh(ticket);
      let trouble;
      try {
        if (isNew) ticket = await reached(Promise.resolve(this.#ticket(ids, { signal })));
        const query = new URLSearchParams(areSeveral ? ids.map((id) => ['generation', id]) : []);
        if (place !== '') query.set('lastEventId', place); // in a header it would cost pages of other origins a question
        if (ticket) query.set('ticket', ticket.ticket);
        const response = await this.#once(`${path}?${query}`, { accept: 'text/event-stream', signal });
        if (response.status === 204) return;
        onLine({ isOpen: true });
        const parser = new EventParser((pause) => (askedPause = pause));
        for await (const { type, id, data } of eventsIn(response.body, parser)) {
          fruitless = 0;
          if (id !== undefined) {
            place = id;
            if (!isNews(told, id)) continue;
          }
          const subject = JSON.parse(data);
          if (ENDINGS.has(type)) running.delete(subject.id);
          else running.add(subject.id);
          if (type === 'unknown') doubtful.add(subject.id);
          else doubtful.delete(subject.id);
          yield { type, id, [type === 'batch' ? 'batch' : 'generation']: subject };
          if (running.size === 0 && doubtful.size === 0) return;
        }
        if (running.size === 0) return;
      } catch (caught) {
        if (caught?.status === 401 && ticket && !isNew) {
          ticket = undefined; // the gateway's clock is ahead, or its secret is another
          continue;
        }
        if (!mayPass(caught)) throw caught;
        trouble = caught;
      }
      if (fruitless === MOST_FRUITLESS_LINES) throw trouble ?? new SluiceUnreachable();
      const pause = pauseAfter(trouble, askedPause, fruitless + 1);
      onLine({ isOpen: false, pause, trouble });
      await this.#pause(pause, signal);
    }
  }

  /** The key is made once, so that whatever is sent again under it is paid once. */
  #post(path, body, { idempotencyKey = newIdempotencyKey(), onPause, signal } = {}) {
    const headers = { 'Idempotency-Key': `"${idempotencyKey}"`, Prefer: 'respond-async' };
    return this.#ask(path, { method: 'POST', headers, body, onPause, signal });
  }

  /** Every call here may be sent again, as it was the first time: it reads, it withdraws, or it has a key. */
  async #ask(path, { body, onPause = () => {}, ...rest }, read = jsonIn) {
    const call = { ...rest, body: body && JSON.stringify(body) };
    for (let attempt = 1; ; attempt++) {
      try {
        return await reached(read(await this.#once(path, call)));
      } catch (trouble) {
        if (!mayPass(trouble) || attempt === MOST_ATTEMPTS) throw trouble;
        const pause = pauseAfter(trouble, FIRST_PAUSE, attempt);
        onPause({ pause, trouble });
        await this.#pause(pause, call.signal);
      }
    }
  }

  async #once(path, { method = 'GET', accept = '*/*', headers, body, signal }) {
    const key = await reached((async () => this.#key())());
    const silent = new AbortController();
    const call = {
      method,
      headers: {
        Accept: accept,
        ...headers,
        ...(key && { Authorization: `Bearer ${key}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body,
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, silent.signal]) : silent.signal,
    };
    new Headers(call.headers); // a key that fits into no header would look like a gateway that is away
    const response = await reached(unlessSilent(this.#fetch(new URL(path, this.#base), call), () => silent.abort()));
    if (!response.ok) throw await SluiceProblem.of(response);
    return response;
  }
}

/** Works without a secure context, unlike randomUUID. */
export function newIdempotencyKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function hasEnded({ status }) {
  return ENDINGS.has(status);
}

const idOf = (one) => (typeof one === 'string' ? one : one.id);

function pathOf(one) {
  const id = idOf(one);
  return `v1/${id.startsWith('bat_') ? 'batches' : 'generations'}/${encodeURIComponent(id)}`;
}

function isFresh(ticket) {
  return ticket !== undefined && Date.parse(ticket.expiresAt) - Date.now() > LEAST_LIFE_OF_A_TICKET;
}

/** An id comes again where the gateway could not read the place it was asked for, and began at the beginning. */
function isNews(told, id) {
  if (told.has(id)) return false;
  if (told.size === MOST_IDS_KEPT) told.delete(told.values().next().value);
  told.add(id);
  return true;
}

function ifLeft(left, trouble) {
  if (left.signal.aborted) return { done: true, value: undefined };
  throw trouble;
}

/** `fetch` and what it reads throw a TypeError when the network fails, and something else when they were aborted. */
function reached(promise) {
  return promise.catch((trouble) => {
    throw trouble instanceof TypeError ? new SluiceUnreachable(trouble) : trouble;
  });
}

function mayPass(trouble) {
  return trouble?.isPassing && (trouble.retryAfter ?? 0) * 1000 <= LONGEST_PAUSE;
}

/** Never sooner than asked, and never all at once. */
function pauseAfter(trouble, first, attempt) {
  const pause = Math.min(LONGEST_PAUSE, first * 2 ** (attempt - 1));
  return Math.round((trouble?.retryAfter ?? 0) * 1000 + pause * (1 + Math.random() / 2));
}

/** `Retry-After` is seconds or a date (RFC 9110 §10.2.3). */
function secondsIn(retryAfter) {
  if (!retryAfter) return undefined;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds));
}

function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const giveUp = () => (clearTimeout(timer), reject(signal.reason));
    const timer = setTimeout(() => (signal?.removeEventListener('abort', giveUp), resolve()), milliseconds);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}

/** What was promised; `giveUp` closes the line that does not bring it. */
async function unlessSilent(promise, giveUp = () => {}) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => (reject(new SluiceUnreachable(new Error('Silent for too long'))), giveUp()), LONGEST_SILENCE);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

async function jsonIn(response) {
  return JSON.parse(await (await wholeOf(response)).text());
}

async function wholeOf(response) {
  const parts = [];
  for await (const bytes of bytesIn(response.body)) parts.push(bytes);
  return new Blob(parts, { type: response.headers.get('Content-Type') ?? '' });
}

async function* eventsIn(body, parser) {
  for await (const bytes of bytesIn(body)) yield* parser.feed(bytes);
}

/** Asks for the next ones when the last were taken: who is slow is waited for, and buffers nothing. */
async function* bytesIn(body) {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reached(unlessSilent(reader.read()));
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // a line that broke by itself has nothing left to close
  }
}

/**
 * Reads `text/event-stream` (WHATWG HTML, "Server-sent events") from bytes that may be cut anywhere: between the CR and
 * the LF of one line ending, or within one character.
 */
class EventParser {
  #onRetry;
  #decoder = new TextDecoder(); // drops one byte order mark at the start, as the format wants
  #unfinished = '';
  #afterCarriageReturn = false;
  #block = {};

  constructor(onRetry) {
    this.#onRetry = onRetry;
  }

  /** The events that these bytes complete, in order. A block that never ends is never told. */
  feed(bytes) {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    const fresh = this.#afterCarriageReturn && text.startsWith('\n') ? text.slice(1) : text;
    // A CR at the cut ends its line now, since its LF may be a heartbeat away; that LF is then skipped.
    this.#afterCarriageReturn = text.endsWith('\r');
    const lines = (this.#unfinished + fresh).split(/\r\n|\r|\n/);
    this.#unfinished = lines.pop();
    if (this.#unfinished.length > LONGEST_LINE) throw new RangeError(`A line of the stream exceeds ${LONGEST_LINE}`);
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line) {
    if (line === '') return this.#dispatch();
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
    if (name === 'data') (this.#block.data ??= []).push(value);
    else if (name === 'event') this.#block.type = value;
    else if (name === 'id' && !value.includes('\0')) this.#block.id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.#onRetry(Number(value));
    return [];
  }

  /** `id` is the block's own: events that carry none are news of the moment, not places to resume from. */
  #dispatch() {
    const { type = 'message', data, id } = this.#block;
    this.#block = {};
    return data ? [{ type, id, data: data.join('\n') }] : [];
  }
}

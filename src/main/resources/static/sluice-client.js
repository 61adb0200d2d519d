import { EventStreamParser } from './event-stream.js';
import { Problem } from './problem.js';

const ENDINGS = new Set(['completed', 'failed', 'rejected', 'cancelled', 'unknown', 'timed_out']);

/** Until the server says otherwise with `retry:`. */
const FIRST_PAUSE = 3_000;

/** However long the line stays dead: somebody is looking at the page and waits for it. */
const LONGEST_PAUSE = 30_000;

/** Four heartbeats. A line that is silent for longer is half open: it would never say that it is dead. */
const LONGEST_SILENCE = 60_000;

/** A submit that nobody answers is given up sooner than a line: the caller still holds the prompt. */
const SUBMIT_ATTEMPTS = 4;

/** Nobody answered, or the answer broke off. */
export class CutLine extends Error {
  constructor(cause) {
    super('The gateway cannot be reached', { cause });
    this.name = 'CutLine';
  }
}

export function hasEnded(status) {
  return ENDINGS.has(status);
}

/** Names one submit, so that sending it again cannot pay twice. Works without a secure context, unlike randomUUID. */
export function newIdempotencyKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Speaks Sluice's native API: one call in, a live stream out.
 *
 * `generate` and `follow` are async iterables of news. `{name, generation, id}` is an event of the stream (`id` only if
 * it is recorded). Four more names are the client's own: `unanswered` (`{pause}`, nobody took the request, which is sent
 * again after that many milliseconds), `joined` (`{generationId}`, the line is open), `cut` (`{pause}`, it broke and is
 * opened again), `resumed`. Both finish after the ending event, throw a `Problem` when the gateway refuses, and
 * `generate` a `CutLine` when it is away. Leaving the loop, or aborting `signal`, closes the line and cancels nothing.
 */
export class SluiceClient {
  #base;
  #key;
  #fetch;
  #sleep;

  /** `key` is asked anew for every call, so that it can change while a line is open. */
  constructor({ base, key = () => '', fetch = (...call) => globalThis.fetch(...call), sleep = pause }) {
    this.#base = base;
    this.#key = key;
    this.#fetch = fetch;
    this.#sleep = sleep;
  }

  get hasKey() {
    return this.#key() !== '';
  }

  async *generate(request, { signal, idempotencyKey = newIdempotencyKey() } = {}) {
    for (let attempt = 1; ; attempt++) {
      let response;
      try {
        response = await this.#submit(request, idempotencyKey, signal);
      } catch (trouble) {
        if (!(trouble instanceof CutLine) || attempt === SUBMIT_ATTEMPTS) throw trouble;
        const wait = pauseFor(FIRST_PAUSE, attempt);
        yield { name: 'unanswered', pause: wait };
        await this.#sleep(wait, signal);
        continue;
      }
      const generationId = new URL(response.headers.get('Location'), this.#base).pathname.split('/').pop();
      yield* this.#untilItsEnd(generationId, response, '', signal);
      return;
    }
  }

  async *follow(generationId, { lastEventId = '', signal } = {}) {
    yield* this.#untilItsEnd(generationId, undefined, lastEventId, signal);
  }

  async find(generationId, { signal } = {}) {
    return (await this.#ask(`v1/generations/${encodeURIComponent(generationId)}`, { signal })).json();
  }

  async newest(limit, { signal } = {}) {
    return (await (await this.#ask(`v1/generations?limit=${limit}`, { signal })).json()).items;
  }

  /** Only what is not yet submitted can be withdrawn; later it is a `Problem`, since the credits are spent. */
  async withdraw(generationId) {
    await this.#ask(`v1/generations/${encodeURIComponent(generationId)}`, { method: 'DELETE' });
  }

  /** Where the gateway hands out a picture itself, for browsers that may not load it from its own place. */
  pictureUrl(generationId, index) {
    return new URL(`v1/generations/${encodeURIComponent(generationId)}/images/${index}`, this.#base).href;
  }

  async picture(generationId, index) {
    return (await this.#ask(this.pictureUrl(generationId, index))).blob();
  }

  /** Opens the line, reads it, and opens it again where it was cut, until the generation has ended. */
  async *#untilItsEnd(generationId, opened, lastEventId, signal) {
    const parserFrom = (id) => new EventStreamParser({ lastEventId: id });
    let parser = parserFrom(lastEventId);
    let response = opened;
    let askedPause = FIRST_PAUSE;
    let fruitless = 0;
    let hasJoined = false;

    for (;;) {
      let retryAfter = 0;
      try {
        response ??= await this.#events(generationId, parser.lastEventId, signal);
        yield hasJoined ? { name: 'resumed' } : { name: 'joined', generationId };
        hasJoined = true;
        for await (const news of this.#newsIn(response, generationId, parser, signal)) {
          fruitless = 0;
          yield news;
          if (hasEnded(news.name)) return;
        }
      } catch (trouble) {
        if (!(trouble instanceof CutLine) && !trouble.isPassing) throw trouble;
        retryAfter = (trouble.retryAfter ?? 0) * 1000;
      }
      signal?.throwIfAborted();

      fruitless += 1;
      askedPause = parser.retry ?? askedPause;
      const wait = Math.min(LONGEST_PAUSE, Math.max(retryAfter, pauseFor(askedPause, fruitless)));
      yield { name: 'cut', pause: wait };
      await this.#sleep(wait, signal);
      parser = parserFrom(parser.lastEventId);
      response = undefined;
    }
  }

  /** 204 says that the ending was seen already, so it is not told again: then the generation itself tells it. */
  async *#newsIn(response, generationId, parser, signal) {
    if (response.status === 204) {
      const generation = await this.find(generationId, { signal });
      yield { name: generation.status, generation, id: parser.lastEventId };
      return;
    }
    for await (const { type, data, id } of eventsIn(response.body, parser)) {
      yield { name: type, generation: JSON.parse(data), id };
    }
  }

  #submit(request, idempotencyKey, signal) {
    return this.#ask('v1/generations', {
      method: 'POST',
      headers: {
        Accept: 'text/event-stream',
        'Content-Type': 'application/json',
        'Idempotency-Key': `"${idempotencyKey}"`,
      },
      body: JSON.stringify(request),
      signal,
    });
  }

  #events(generationId, lastEventId, signal) {
    const place = lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId };
    const headers = { Accept: 'text/event-stream', ...place };
    return this.#ask(`v1/generations/${encodeURIComponent(generationId)}/events`, { headers, signal });
  }

  async #ask(path, { headers = {}, ...call } = {}) {
    const key = this.#key();
    const authorization = key === '' ? {} : { Authorization: `Bearer ${key}` };
    const response = await this.#fetch(new URL(path, this.#base), {
      ...call,
      headers: { ...headers, ...authorization },
      cache: 'no-store',
    }).catch(throwAsCutLine);
    if (!response.ok) throw await Problem.of(response);
    return response;
  }
}

async function* eventsIn(body, parser) {
  const reader = body.getReader();
  let silence;
  try {
    for (;;) {
      silence = setTimeout(() => reader.cancel(), LONGEST_SILENCE);
      const { done, value } = await reader.read().catch(throwAsCutLine);
      clearTimeout(silence);
      if (done) return;
      yield* parser.feed(value);
    }
  } finally {
    clearTimeout(silence);
    reader.cancel().catch(() => {}); // a line that broke by itself has nothing left to close
  }
}

/** `fetch` and its body throw a TypeError when the network fails, and something else when they were aborted. */
function throwAsCutLine(trouble) {
  throw trouble instanceof TypeError ? new CutLine(trouble) : trouble;
}

function pauseFor(askedPause, attempt) {
  return Math.min(LONGEST_PAUSE, askedPause * 2 ** (attempt - 1));
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}

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
 * Speaks Sluice's native API: what is asked for is accepted at once, and one line tells what becomes of all of it.
 *
 * `follow` is an async iterable of news. `{name, generation, id}` is an event of the stream (`id` only if it is
 * recorded). Three more names are the client's own: `joined` (the line is open), `cut` (`{pause}`, it broke and is opened
 * again after that many milliseconds), `resumed`. It finishes once all have ended, and throws a `Problem` when the
 * gateway refuses. Leaving the loop, or aborting `signal`, closes the line and cancels nothing.
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

  /**
   * The accepted generations, in the order of the requests: all of them or none. A `CutLine` is thrown when the gateway
   * stays away; `onUnanswered` hears the milliseconds until it is asked again, under the same key.
   */
  async submit(requests, { idempotencyKey = newIdempotencyKey(), signal, onUnanswered = () => {} } = {}) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#accept(requests, idempotencyKey, signal);
      } catch (trouble) {
        if (!(trouble instanceof CutLine) || attempt === SUBMIT_ATTEMPTS) throw trouble;
        const wait = pauseFor(FIRST_PAUSE, attempt);
        onUnanswered(wait);
        await this.#sleep(wait, signal);
      }
    }
  }

  async find(generationId, { signal } = {}) {
    return (await this.#ask(`v1/generations/${encodeURIComponent(generationId)}`, { signal })).json();
  }

  /** `{items, next}`, the newest first; `next` is the cursor of the older ones, or null. */
  async newest(limit, { cursor, signal } = {}) {
    const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    return (await this.#ask(`v1/generations?limit=${limit}${after}`, { signal })).json();
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

  /** Opens the line, reads it, and opens it again where it was cut, until all of them have ended. */
  async *follow(ids, { signal } = {}) {
    const running = new Set(ids);
    let parser = new EventStreamParser();
    let askedPause = FIRST_PAUSE;
    let fruitless = 0;
    let hasJoined = false;

    for (;;) {
      let retryAfter = 0;
      try {
        const response = await this.#events(ids, parser.lastEventId, signal);
        yield { name: hasJoined ? 'resumed' : 'joined' };
        hasJoined = true;
        for await (const news of this.#newsIn(response, running, parser, signal)) {
          fruitless = 0;
          yield news;
          if (hasEnded(news.generation.status)) running.delete(news.generation.id);
          if (running.size === 0) return;
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
      parser = new EventStreamParser({ lastEventId: parser.lastEventId });
    }
  }

  /** 204 says that all endings were seen already, so they are not told again: then the generations themselves tell. */
  async *#newsIn(response, running, parser, signal) {
    if (response.status === 204) {
      for (const generationId of [...running]) {
        const generation = await this.find(generationId, { signal });
        yield { name: generation.status, generation, id: parser.lastEventId };
      }
      return;
    }
    for await (const { type, data, id } of eventsIn(response.body, parser)) {
      yield { name: type, generation: JSON.parse(data), id };
    }
  }

  async #accept(requests, idempotencyKey, signal) {
    const isOne = requests.length === 1;
    const accepted = await this.#ask(isOne ? 'v1/generations' : 'v1/batches', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': `"${idempotencyKey}"`,
        Prefer: 'respond-async',
      },
      body: JSON.stringify(isOne ? requests[0] : { generations: requests }),
      signal,
    });
    const told = await accepted.json();
    return isOne ? [told] : told.generations;
  }

  #events(ids, lastEventId, signal) {
    const place = lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId };
    const named = ids.map((id) => `generation=${encodeURIComponent(id)}`).join('&');
    return this.#ask(`v1/events?${named}`, { headers: { Accept: 'text/event-stream', ...place }, signal });
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

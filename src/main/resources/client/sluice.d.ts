/** The life of a generation; from `completed` on it has ended. */
export type Status =
  | 'queued'
  | 'submitting'
  | 'processing'
  | 'overdue'
  | 'completed'
  | 'failed'
  | 'rejected'
  | 'cancelled'
  | 'unknown'
  | 'timed_out';

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
}

export interface Generation {
  id: string;
  status: Status;
  upstreamId?: string;
  /** Events leave it out. */
  prompt?: string;
  selectedModel?: string;
  imageUrls: string[];
  error?: Problem;
  credits: { used: number; remaining?: number; atRisk?: number };
  progress: {
    percent: number;
    etaSeconds?: number;
    startsInSeconds?: number;
    queuePosition?: number;
    waitingFor?: 'limit' | 'busy' | 'circuit' | 'key' | 'paused';
  };
  createdAt: string;
  submittedAt?: string;
  finishedAt?: string;
  expiresAt?: string;
  /** Events leave it out. */
  metadata?: Record<string, string>;
  links: { self: string; events: string };
}

export interface Batch {
  id: string;
  counts: Partial<Record<Status, number>>;
  generations: Generation[];
  links: { self: string; events: string };
}

/** What to make. Members that are not named here are passed on to the image API. */
export interface GenerationRequest {
  prompt: string;
  selectedModel?: string;
  aspectRatio?: string;
  referenceImageUrls?: string[];
  sluice?: {
    priority?: 'interactive' | 'batch';
    webhookUrl?: string;
    metadata?: Record<string, string>;
    queueTimeoutSeconds?: number;
  };
  [passedOn: string]: unknown;
}

/** One thing told by a stream. With an `id` it is on record and told exactly once; without, it is news of the moment. */
export type SluiceEvent =
  | { type: Status | 'progress'; id?: string; generation: Generation; batch?: undefined }
  | { type: 'batch'; id?: string; batch: Batch; generation?: undefined };

export interface Ticket {
  ticket: string;
  expiresAt: string;
}

export interface Page {
  items: Generation[];
  next: string | null;
}

/** A generation or a batch, or the id of one. */
export type Subject = string | { id: string };

export interface Stoppable {
  /** Stops the call and closes its line. It cancels nothing at the gateway. */
  signal?: AbortSignal;
}

export interface Asked extends Stoppable {
  /** Told before each further attempt, which comes after `pause` milliseconds unless `signal` stops it. */
  onPause?: (wait: { pause: number; trouble: SluiceProblem | SluiceUnreachable }) => void;
}

export interface Submit extends Asked {
  /** What makes the submit safe to repeat: made by itself, and kept over the attempts. Give your own to repeat it later. */
  idempotencyKey?: string;
}

export interface Watch extends Stoppable {
  /** The `id` of the last event that was seen before, such as before a page was loaded again. */
  lastEventId?: string;
  /** Told when the line is open, and when it was cut and is opened again after `pause` milliseconds. */
  onLine?: (line: { isOpen: true } | { isOpen: false; pause: number; trouble?: SluiceProblem | SluiceUnreachable }) => void;
}

export interface Options {
  /** Where Sluice is. By default where this file was loaded from. */
  base?: string | URL;
  /** A gateway key or a token, or what tells it; asked anew for every call, and again when the network kept it away. */
  key?: string | (() => string | undefined | Promise<string | undefined>);
  /**
   * For a page that has no key: asks your own server for a ticket for what is to be watched. Asked again before the ticket
   * runs out, and once when it is refused. `watch` is all that a ticket opens.
   */
  ticket?: (ids: string[], options: { signal: AbortSignal }) => Ticket | Promise<Ticket>;
  /** Instead of the global one. */
  fetch?: (url: URL, call: RequestInit) => Promise<Response>;
  /** Instead of waiting for so many milliseconds. */
  pause?: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

/** The gateway refused; what may pass was tried again before, 6 times at most. */
export class SluiceProblem extends Error implements Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  /** Seconds to wait before asking again, where the answer said so. */
  readonly retryAfter?: number;
  /** Whether the same question may be answered a moment later. */
  get isPassing(): boolean;
  /** Reads an answer that is a refusal. */
  static of(response: Response): Promise<SluiceProblem>;
}

/** Nobody answered, or the answer broke off, however often it was tried. */
export class SluiceUnreachable extends Error {
  readonly isPassing: true;
}

/** Speaks to one gateway. Every call is tried again where that helps and costs nothing twice, and is bounded in that. */
export class Sluice {
  constructor(options?: Options);

  /** Asks for a generation, and answers as soon as it is accepted. Paid once, however often it had to be sent. */
  submit(request: GenerationRequest, options?: Submit): Promise<Generation>;

  /** Asks for 1 to 100 at once: all are accepted, or none. */
  batch(requests: GenerationRequest[], options?: Submit): Promise<Batch>;

  /**
   * Tells what becomes of one generation, of a batch, or of up to 100 generations on one connection. Every event that is on
   * record is told once and in order, through cuts and restarts; it finishes after the last ending. Leaving the loop, or
   * `return()`, closes the line and cancels nothing.
   */
  watch(what: Subject | Subject[], options?: Watch): AsyncIterableIterator<SluiceEvent>;

  /** Waits for the ending, however long that takes, and answers with the whole generation, or batch. Needs a key. */
  wait(batch: Batch, options?: Asked): Promise<Batch>;
  wait(one: Subject, options?: Asked): Promise<Generation>;

  get(batch: Batch, options?: Asked): Promise<Batch>;
  get(one: Subject, options?: Asked): Promise<Generation>;

  /** The caller's own, newest first. */
  list(options?: { status?: Status | Status[]; limit?: number; cursor?: string | null } & Asked): Promise<Page>;

  /**
   * Withdraws what is not submitted yet. One that is being submitted is withdrawn if the image API turns out not to have
   * taken it: its events tell. Later it is a `SluiceProblem` 409, since the credits are spent.
   */
  cancel(batch: Batch, options?: Asked): Promise<Batch>;
  cancel(one: Subject, options?: Asked): Promise<Generation>;

  /** Removes what a person wrote and got, of a generation that has ended. */
  erase(one: Subject, options?: Asked): Promise<void>;

  /** The picture itself, the first by default. */
  image(one: Subject, index?: number, options?: Asked): Promise<Blob>;

  /** How things stand for the caller, as `GET /v1/status` tells it. */
  status(options?: Asked): Promise<Record<string, unknown>>;

  /** A ticket for who has no key: for these generations, or without them for all of the caller's. */
  ticket(options?: { generations?: Subject[]; seconds?: number } & Asked): Promise<Ticket>;
}

/** Names one submit, so that sending it again cannot pay twice. */
export function newIdempotencyKey(): string;

export function hasEnded(one: { status: Status }): boolean;

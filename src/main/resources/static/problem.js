/** An answer that is a refusal: RFC 9457 problem details where the answer holds them, else what its status tells. */
export class Problem extends Error {
  constructor({ type = 'about:blank', title, status, detail, instance }, retryAfter) {
    super(detail ?? title);
    this.name = 'Problem';
    this.type = type;
    this.title = title ?? `The answer was ${status}`;
    this.status = status;
    this.detail = detail;
    this.instance = instance;
    /** Seconds to wait before asking again, where the answer said so. */
    this.retryAfter = retryAfter;
  }

  /** Whether the same question may be answered a moment later. */
  get isPassing() {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }

  static async of(response) {
    const facts = await response.json().catch(() => ({}));
    const known = facts !== null && typeof facts === 'object' ? facts : {};
    return new Problem({ ...known, status: response.status }, secondsIn(response.headers.get('Retry-After')));
  }
}

/** `Retry-After` is seconds or a date (RFC 9110 §10.2.3). */
function secondsIn(retryAfter) {
  if (!retryAfter) return undefined;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds));
}

/**
 * Reads `text/event-stream` (WHATWG HTML, "Server-sent events") from bytes that may be cut anywhere: between the CR and
 * the LF of one line ending, or within one character.
 */
export class EventStreamParser {
  /** What to send as `Last-Event-ID` when the line is cut; moves only when a block is complete. */
  lastEventId;

  /** The pause in milliseconds that the server asked for before a reconnect, if it did. */
  retry;

  #decoder = new TextDecoder(); // drops one byte order mark at the start, as the format wants
  #unfinishedLine = '';
  #afterCarriageReturn = false;
  #id;
  #block = emptyBlock();

  /**
   * A reconnect goes on with the id that it sent. By the letter of the format it would start from none, so that a lone
   * `retry:` block on the new line would forget the place; browsers keep the id too.
   */
  constructor({ lastEventId = '' } = {}) {
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
  }

  /** The events that these bytes complete, in order. A block that never ends is never told. */
  feed(bytes) {
    return this.#linesIn(this.#decoder.decode(bytes, { stream: true }))
      .map((line) => this.#take(line))
      .filter((event) => event !== undefined);
  }

  #linesIn(text) {
    if (text === '') return [];
    const fresh = this.#afterCarriageReturn && text.startsWith('\n') ? text.slice(1) : text;
    // A CR at the cut ends its line now, since its LF may be a heartbeat away; that LF is then skipped.
    this.#afterCarriageReturn = fresh.endsWith('\r');
    const lines = (this.#unfinishedLine + fresh).split(/\r\n|\r|\n/);
    this.#unfinishedLine = lines.pop();
    return lines;
  }

  #take(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon < 0) this.#field(line, '');
    else if (colon > 0) this.#field(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
    return undefined;
  }

  #field(name, value) {
    if (name === 'data') this.#block.data.push(value);
    else if (name === 'event') this.#block.type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = this.#block.id = value;
    else if (name === 'retry' && /^[0-9]+$/.test(value)) this.retry = Number(value);
  }

  #dispatch() {
    const { type, data, id } = this.#block;
    this.#block = emptyBlock();
    this.lastEventId = this.#id;
    return data.length === 0 ? undefined : { type: type || 'message', data: data.join('\n'), id };
  }
}

/** `id` is the block's own: events that carry none are news of the moment, not places to resume from. */
function emptyBlock() {
  return { type: '', data: [], id: undefined };
}

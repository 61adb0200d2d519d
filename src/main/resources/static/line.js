/** As many as one stream of the API tells; who runs more hears of the others as places come free. */
const MOST = 100;

/**
 * One line for everything that runs, however many cards there are: a browser has six connections to a gateway, and this
 * takes one of them. When something is added the line is opened anew and told from the beginning; what is known already
 * is passed over, since recorded events come to everybody in the same order.
 */
export class Line {
  #client;
  #hasEnded;
  #hear;
  #told = new Map();
  #watching = new AbortController();

  /** `hasEnded` tells of a generation whether there is more to hear. `onNews` hears events, `onLine` what happens to the line itself, `onTrouble` why it was given up. */
  constructor(client, { hasEnded, onNews, onLine, onTrouble }) {
    this.#client = client;
    this.#hasEnded = hasEnded;
    this.#hear = { onNews, onLine, onTrouble };
  }

  follow(ids) {
    for (const id of ids) if (!this.#told.has(id)) this.#told.set(id, 0);
    this.#open();
  }

  letGo() {
    this.#told.clear();
    this.#watching.abort();
  }

  async #open() {
    this.#watching.abort();
    this.#watching = new AbortController();
    const { signal } = this.#watching;
    try {
      while (this.#told.size > 0) await this.#read([...this.#told.keys()].slice(0, MOST), signal);
    } catch (trouble) {
      if (!signal.aborted) this.#hear.onTrouble(trouble);
    }
  }

  async #read(ids, signal) {
    const seen = new Map();
    const onLine = (line) => signal.aborted || this.#hear.onLine(line);
    for await (const news of this.#client.watch(ids, { signal, onLine })) {
      if (signal.aborted) return;
      if (this.#isNew(news, seen)) this.#tell(news);
    }
  }

  #isNew({ id, generation }, seen) {
    if (id === undefined) return this.#told.has(generation.id);
    const count = (seen.get(generation.id) ?? 0) + 1;
    seen.set(generation.id, count);
    return count > (this.#told.get(generation.id) ?? Infinity);
  }

  #tell(news) {
    const { id } = news.generation;
    if (news.id !== undefined) this.#told.set(id, this.#told.get(id) + 1);
    if (this.#hasEnded(news.generation)) this.#told.delete(id);
    this.#hear.onNews(news);
  }
}

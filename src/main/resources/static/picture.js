import { element } from './dom.js';
import { untilAnswered } from './patience.js';

/** The pictures of a completed generation, each with its prompt as the text for those who do not see it. */
export function picturesOf(generation, prompt, { client, hasKey }) {
  return generation.imageUrls.map((url, index) => new Picture(generation, index, prompt, client, hasKey).figureOf(url));
}

class Picture {
  #generation;
  #index;
  #client;
  #hasKey;
  #image;

  constructor(generation, index, prompt, client, hasKey) {
    this.#generation = generation;
    this.#index = index;
    this.#client = client;
    this.#hasKey = hasKey;
    const alt = prompt || 'A picture whose prompt was erased';
    this.#image = element('img', { alt, referrerpolicy: 'no-referrer', decoding: 'async' });
  }

  figureOf(url) {
    this.#image.addEventListener('error', () => this.#fallBack(), { once: true });
    this.#image.src = url;
    return element('figure', {}, this.#image, element('figcaption', {}, this.#download()));
  }

  /** Its own place would not give it to this browser: the gateway does. */
  async #fallBack() {
    this.#image.addEventListener('error', () => this.#giveUp(), { once: true });
    try {
      this.#image.src = await this.#fromTheGateway();
    } catch {
      this.#giveUp();
    }
  }

  /** An image element sends no key, so with one the picture is fetched first. */
  async #fromTheGateway() {
    if (!this.#hasKey()) return this.#address;
    const asked = untilAnswered((options) => this.#client.image(this.#generation, this.#index, options));
    return URL.createObjectURL(await asked);
  }

  get #address() {
    return new URL(`v1/generations/${encodeURIComponent(this.#generation.id)}/images/${this.#index}`, document.baseURI).href;
  }

  #giveUp() {
    const words = 'The picture is there but could not be loaded. Try the download, or reload the page.';
    this.#image.replaceWith(element('p', { class: 'missing' }, words));
  }

  #download() {
    const { id } = this.#generation;
    const link = element('a', { href: this.#address, download: `${id}-${this.#index}` });
    link.textContent = 'Download';
    link.addEventListener('click', (event) => this.#fetchFirst(event, link));
    return link;
  }

  async #fetchFirst(event, link) {
    if (!this.#hasKey() || link.href.startsWith('blob:')) return;
    event.preventDefault();
    link.href = await this.#fromTheGateway().catch(() => link.href);
    if (link.href.startsWith('blob:')) link.click();
    else this.#giveUp();
  }
}

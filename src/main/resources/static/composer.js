import { asCurl } from './curl.js';
import { byId } from './dom.js';

/** The form: what is asked for, the examples that fill it in, and the same call for a shell. */
export class Composer {
  #form = byId('composer');
  #prompt = byId('prompt');
  #submit = byId('generate');
  #base;
  #settings;

  constructor({ base, settings, onSubmit }) {
    this.#base = base;
    this.#settings = settings;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.isSending) onSubmit(this.request);
    });
    this.#form.addEventListener('input', () => this.#changed());
    this.#prompt.addEventListener('keydown', (event) => this.#submitByKeyboard(event));
    for (const example of this.#form.querySelectorAll('[data-example]')) {
      example.addEventListener('click', () => this.fillIn(example.textContent));
    }
    this.#changed();
  }

  /** What is left at "default" is not sent, so that the upstream chooses. */
  get request() {
    const fields = Object.fromEntries(new FormData(this.#form));
    const chosen = Object.entries(fields).filter(([, value]) => value !== '');
    return Object.fromEntries(chosen);
  }

  get isSending() {
    return this.#submit.getAttribute('aria-disabled') === 'true';
  }

  /** The button keeps its focus while it is idle, which `disabled` would take away. */
  set isSending(sending) {
    this.#submit.setAttribute('aria-disabled', String(sending));
    this.#submit.textContent = sending ? 'Sending…' : 'Generate';
  }

  fillIn(prompt) {
    this.#prompt.value = prompt;
    this.#prompt.focus();
    this.#changed();
  }

  #changed() {
    const blank = this.#prompt.value.trim() === '';
    this.#prompt.setCustomValidity(blank ? 'Describe the picture first.' : '');
    const request = blank ? { ...this.request, prompt: this.#prompt.placeholder } : this.request;
    const call = asCurl(request, { base: this.#base, hasKey: this.#settings.key !== '' });
    for (const shell of document.querySelectorAll('[data-curl]')) shell.textContent = call;
  }

  #submitByKeyboard(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }
}

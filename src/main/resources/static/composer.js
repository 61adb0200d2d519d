import { copy } from './curl.js';
import { byId, tell } from './dom.js';

/** As many as the gateway takes in one batch. */
const MOST = 100;

/** The form: what is asked for and how often, the examples that fill it in, and the same call for a shell. */
export class Composer {
  #form = byId('composer');
  #prompt = byId('prompt');
  #count = byId('count');
  #lines = byId('lines');
  #submit = byId('generate');
  #shell = byId('shell');
  #curl;

  /** `curlOf` writes requests as a call for a shell. */
  constructor({ curlOf, onSubmit }) {
    this.#curl = curlOf;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.isSending) onSubmit(this.requests);
    });
    this.#form.addEventListener('input', () => this.changed());
    this.#prompt.addEventListener('keydown', (event) => this.#submitByKeyboard(event));
    for (const example of this.#form.querySelectorAll('[data-example]')) {
      example.addEventListener('click', () => this.fillIn({ prompt: example.textContent }));
    }
    const button = byId('copy');
    button.addEventListener('click', () => copy(this.#shell.textContent, button, this.#shell));
    this.changed();
  }

  /** One for each picture. What is left at "default" is not sent, so that the upstream chooses. */
  get requests() {
    const { prompt, ...choices } = Object.fromEntries(new FormData(this.#form));
    const chosen = Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== ''));
    return this.#promptsIn(prompt).flatMap((one) => Array(this.#times).fill({ prompt: one, ...chosen }));
  }

  get isSending() {
    return this.#submit.getAttribute('aria-disabled') === 'true';
  }

  /** The button keeps its focus while it is idle, which `disabled` would take away. */
  set isSending(sending) {
    this.#submit.setAttribute('aria-disabled', String(sending));
    this.#name();
  }

  fillIn({ prompt, selectedModel = '', aspectRatio = '' }) {
    this.#prompt.value = prompt;
    this.#form.elements.selectedModel.value = selectedModel;
    this.#form.elements.aspectRatio.value = aspectRatio;
    this.#prompt.focus();
    this.changed();
  }

  changed() {
    const requests = this.requests;
    const isBlank = this.#prompt.value.trim() === '';
    this.#prompt.setCustomValidity(isBlank ? 'Describe the picture first.' : '');
    const tooMany = requests.length > MOST ? `${requests.length} are too many: a batch is ${MOST} at most.` : '';
    this.#count.setCustomValidity(tooMany);
    tell(byId('too-many'), tooMany);
    this.#name();
    const call = this.#curl(isBlank ? [{ prompt: this.#prompt.placeholder }] : requests);
    for (const shell of document.querySelectorAll('[data-curl]')) shell.textContent = call;
  }

  #name() {
    const count = this.requests.length;
    const words = count > 1 ? `Generate ${count}` : 'Generate';
    this.#submit.textContent = this.isSending ? 'Sending…' : words;
  }

  get #times() {
    return Math.min(MOST, Math.max(1, Math.trunc(this.#count.valueAsNumber) || 1));
  }

  #promptsIn(text) {
    if (!this.#lines.checked) return [text];
    return text.split('\n').map((line) => line.trim()).filter(Boolean);
  }

  #submitByKeyboard(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }
}

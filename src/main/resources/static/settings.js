import { byId } from './dom.js';

const STORED_AS = 'sluice.gateway-key';

/** The gateway key: kept in this tab only, so that it is gone with it. */
export class Settings {
  #disclosure = byId('settings');
  #field = byId('gateway-key');

  /** `onChange` is told when a key was entered, not at every letter of it. */
  constructor({ onChange }) {
    this.#field.value = sessionStorage.getItem(STORED_AS) ?? '';
    this.#field.addEventListener('input', () => this.#keep());
    this.#field.addEventListener('change', onChange);
  }

  get key() {
    return this.#field.value.trim();
  }

  open() {
    this.#disclosure.open = true;
  }

  askForKey() {
    this.open();
    this.#field.focus();
  }

  #keep() {
    if (this.key === '') sessionStorage.removeItem(STORED_AS);
    else sessionStorage.setItem(STORED_AS, this.key);
  }
}

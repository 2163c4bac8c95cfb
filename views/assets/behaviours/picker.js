// A text field with suggestions: the combobox with a listbox of the ARIA Authoring Practices, with list
// autocomplete. Binds to the element around the field.
import { openAgain } from './open-again.js';

const pauseMs = 150;
const steps = { ArrowDown: 1, ArrowUp: -1 };

export function bind(element) {
  const picker = new Picker(element);
  picker.input.addEventListener('input', () => picker.suggestSoon());
  picker.input.addEventListener('keydown', (event) => {
    const act = picker.actionOf(event);
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  });
  picker.input.addEventListener('blur', () => picker.close());
  // Keeps the focus in the field.
  picker.list.addEventListener('pointerdown', (event) => event.preventDefault());
  picker.list.addEventListener('click', ({ target }) => picker.choose(target.closest('li')));
}

class Picker {
  #active = -1;
  #timer;
  #asking;
  /** The text that the suggestions are for. */
  #answered;

  constructor(element) {
    this.element = element;
    this.input = element.querySelector('input');
    this.list = made('ul', {
      id: `${this.input.id}-suggestions`,
      class: 'picker-list card',
      role: 'listbox',
      'aria-label': this.input.labels[0].textContent,
    });
    this.status = status();
    element.append(this.list);
    setAttributes(this.input, {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-controls': this.list.id,
      autocapitalize: 'none',
      spellcheck: 'false',
    });
    this.#setOpen(false);
  }

  /** Handlers of keys, if they apply: otherwise Enter submits the form, and Escape is for what is around it. */
  actionOf({ key, isComposing }) {
    if (isComposing) {
      return undefined;
    }
    if (key in steps) {
      return () => this.#move(steps[key]);
    }
    if (key === 'Enter' && this.#active >= 0) {
      return () => this.choose(this.list.children[this.#active]);
    }
    return key === 'Escape' && !this.list.hidden ? () => this.close() : undefined;
  }

  suggestSoon() {
    clearTimeout(this.#timer);
    this.#activate(-1);
    this.#timer = setTimeout(() => this.#suggest(), pauseMs);
  }

  choose(option) {
    this.input.value = option.dataset.name;
    this.status.textContent = '';
    this.close();
    this.input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  close() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#setOpen(false);
  }

  async #suggest() {
    this.#asking?.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const text = this.input.value;
    const answer = await this.#ask(signal).catch(() => undefined);
    if (answer !== undefined && !signal.aborted) {
      const { list } = this;
      const { found, said } = answer;
      list.replaceChildren(...found.map((each, index) => optionOf(each, `${list.id}-${index}`)));
      this.status.textContent = said;
      this.#answered = text;
      this.#setOpen(found.length > 0);
    }
  }

  /** A form is kept for after the sign-in, so that it is not left. */
  async #ask(signal) {
    const query = new URLSearchParams({ text: this.input.value });
    const response = await fetch(`${this.element.dataset.suggestions}?${query}`, { signal });
    if (response.redirected && this.input.form.method === 'post') {
      this.#sayEnded();
      return undefined;
    }
    if (response.redirected) {
      openAgain();
    }
    return response.ok && !response.redirected ? await response.json() : undefined;
  }

  #sayEnded() {
    this.ended ??= this.element.appendChild(made('p', { class: 'form-hint', role: 'status' }));
    this.ended.textContent = this.element.dataset.textEnded;
  }

  /** Beyond either end the focus is in the field, then at the other end. */
  async #move(step) {
    // What answers an earlier text would be replaced under the reader's choice.
    if (this.list.hidden || this.#answered !== this.input.value) {
      clearTimeout(this.#timer);
      await this.#suggest();
    }
    const places = this.list.hidden ? 1 : this.list.children.length + 1;
    this.#activate(((this.#active + 1 + step + places) % places) - 1);
  }

  #setOpen(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute('aria-expanded', String(isOpen));
    this.#activate(-1);
  }

  #activate(index) {
    this.list.children[this.#active]?.setAttribute('aria-selected', 'false');
    this.#active = index;
    const option = this.list.children[index];
    if (option === undefined) {
      this.input.removeAttribute('aria-activedescendant');
      return;
    }
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', option.id);
  }
}

/** The live region shared by all pickers of the page, since only one field has the focus. */
function status() {
  const id = 'picker-status';
  const known = document.getElementById(id);
  if (known) {
    return known;
  }
  const region = made('p', { id, class: 'visually-hidden', role: 'status' });
  document.body.append(region);
  return region;
}

function optionOf({ name, note }, id) {
  const option = made('li', { id, 'data-name': name, role: 'option', 'aria-selected': 'false' });
  option.append(part('span', name), part('small', note));
  return option;
}

function part(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function made(tag, attributes) {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  return element;
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
}

// Forgets which rows of a list were selected, once something is done with them.
import { keyOf } from './keep-selection.js';

export function bind(form) {
  form.addEventListener('submit', () => sessionStorage.removeItem(keyOf(form)));
}

// Forgets a list's selected rows once an action was applied to them.
import { keyOf } from './keep-selection.js';

export function bind(form) {
  form.addEventListener('submit', () => sessionStorage.removeItem(keyOf(form)));
}

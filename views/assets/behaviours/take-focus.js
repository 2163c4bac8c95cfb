// Moves the focus to what must be read first.
export function bind(element) {
  element.focus();
}

// Leads keyboards and screen readers to what must be read first.
export function bind(element) {
  element.focus();
}

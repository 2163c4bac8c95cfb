// Leads keyboards and screen readers to what must be read first.
export default function takeFocus(element) {
  element.focus();
}

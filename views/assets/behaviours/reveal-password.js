// A button that shows a password field's content, and hides it again before it is submitted.
export function bind(button) {
  const input = document.getElementById(button.dataset.for);
  const show = () => button.setAttribute('aria-pressed', String(input.type === 'text'));
  button.hidden = false;
  button.addEventListener('click', () => {
    input.type = input.type === 'text' ? 'password' : 'text';
    show();
    input.focus();
  });
  input.addEventListener('input', show);
  input.form.addEventListener('submit', () => {
    input.type = 'password';
  });
}

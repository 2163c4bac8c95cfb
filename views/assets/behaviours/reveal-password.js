// A button that shows what is typed into a password field, and hides it again before it is sent.
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

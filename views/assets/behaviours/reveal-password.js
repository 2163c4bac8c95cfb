// A button that shows a password field's content, and hides it again before it is submitted. Its label says which; a
// pressed state, too, would read as "Hide, pressed".
export function bind(button) {
  const input = document.getElementById(button.dataset.for);
  const [show, hide] = button.querySelectorAll('span');
  const label = () => {
    show.hidden = input.type === 'text';
    hide.hidden = !show.hidden;
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    input.type = input.type === 'text' ? 'password' : 'text';
    label();
    input.focus();
  });
  input.addEventListener('input', label);
  input.form.addEventListener('submit', () => {
    input.type = 'password';
    label();
  });
}

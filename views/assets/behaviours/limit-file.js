// Rejects a file that is too large as soon as it is chosen: the answer to a form that is too large would lose the
// input.
export function bind(field) {
  const input = field.querySelector('[type="file"]');
  const refusal = field.querySelector('[data-too-large]');
  input.addEventListener('change', () => {
    const isTooLarge = [...input.files].some(({ size }) => size > Number(field.dataset.mostBytes));
    refusal.hidden = !isTooLarge;
    input.classList.toggle('is-invalid', isTooLarge);
    if (isTooLarge) {
      input.value = '';
    }
  });
}

// Narrows a list as soon as a filter is chosen, and leaves what is not set out of its URL. Binds to the form with the
// search and the filters.
export function bind(form) {
  const filters = form.querySelector('.filters');
  // What is typed into a filter is half a name until it is chosen or left.
  filters?.addEventListener('input', (event) => event.stopPropagation());
  filters?.addEventListener('change', () => form.requestSubmit());
  form.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of Array.from(formData)) {
      if (value === '') {
        formData.delete(name);
      }
    }
  });
}

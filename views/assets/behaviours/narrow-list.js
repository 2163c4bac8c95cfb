// Narrows a list as soon as a filter is chosen, and omits empty values from its URL. Binds to the form with the search
// and the filters.
export function bind(form) {
  const filters = form.querySelector('.filters');
  // A partial name in a filter does not count until it is chosen or the field is left.
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

// A <details> that closes on Escape and on a click elsewhere, and starts closed on narrow screens.
export default function menu(details) {
  const narrow = matchMedia('(max-width: 60rem)');
  const isSidebar = details.classList.contains('menu');
  if (isSidebar) {
    const fit = () => details.toggleAttribute('open', !narrow.matches);
    fit();
    narrow.addEventListener('change', fit);
  }
  document.addEventListener('click', (event) => {
    if (!details.contains(event.target) && (!isSidebar || narrow.matches)) {
      details.open = false;
    }
  });
  details.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && (!isSidebar || narrow.matches)) {
      details.open = false;
      details.querySelector('summary').focus();
    }
  });
}

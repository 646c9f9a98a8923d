/** Keeps the page true while it is looked at: what is under way, and then the list. */
const { base } = document.body.dataset;
const running = document.querySelector('#running');
const list = document.querySelector('#list');
const news = document.querySelector('#news');

/** Milliseconds between two looks. */
const lookEvery = 2000;

const namesIn = (element) =>
  [...element.querySelectorAll('[data-name]')].map(({ dataset }) => dataset.name);

/** Replaces a part, and leaves the focus where it was. The server has escaped what is in it. */
const replace = (element, text) => {
  if (element.dataset.last === text) return;
  element.dataset.last = text;
  const focused = element.contains(document.activeElement) ? document.activeElement.id : '';
  element.innerHTML = text;
  if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true });
};

const fetchPart = async (path) => {
  const answer = await fetch(`${base}/${path}`, { headers: { accept: 'text/html' } });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.text();
};

const isBusy = () =>
  list.contains(document.activeElement) && document.activeElement.matches('input, button');

const look = async () => {
  const before = namesIn(running);
  replace(running, await fetchPart('part/running'));
  const now = namesIn(running);
  const ended = before.filter((name) => !now.includes(name));
  const begun = now.filter((name) => !before.includes(name));
  if (ended.length + begun.length === 0) return;
  news.textContent = [
    ...ended.map((name) => `${name} has ended.`),
    ...begun.map((name) => `${name} has begun.`),
  ].join(' ');
  if (!isBusy()) replace(list, await fetchPart(`part/list${location.search}`));
};

/** Shows another part of the archive without another page; what fails is left to the browser. */
const showList = async (address) => {
  try {
    replace(list, await fetchPart(`part/list${new URL(address).search}`));
    list.querySelector('a')?.focus({ preventScroll: true });
    list.scrollIntoView({ block: 'nearest' });
  } catch {
    location.assign(address);
  }
};

const isPlain = ({ button, ctrlKey, metaKey, shiftKey, altKey }) =>
  button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey;

const turnOver = (event) => {
  const link = event.target.closest('#older');
  if (link === null || !isPlain(event)) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  void showList(link.href);
};

/** The form says again what the address says. */
const goBack = () => {
  const said = new URLSearchParams(location.search);
  for (const field of document.querySelector('form.filter').elements)
    if (field.name !== '')
      field.value = said.get(field.name) ?? (field.name === 'which' ? 'all' : '');
  void showList(location.href);
};

const filter = (event) => {
  event.preventDefault();
  const address = new URL(event.target.action);
  address.search = new URLSearchParams(new FormData(event.target)).toString();
  history.pushState(null, '', address);
  void showList(address);
};

const goOn = async () => {
  if (document.visibilityState === 'visible') {
    try {
      await look();
      document.body.classList.remove('lost');
    } catch {
      if (!document.body.classList.contains('lost'))
        news.textContent = 'The server does not answer any more: start the command again.';
      document.body.classList.add('lost');
    }
  }
  setTimeout(goOn, lookEvery);
};

if (running !== null && list !== null) {
  list.addEventListener('click', turnOver);
  document.querySelector('form.filter').addEventListener('submit', filter);
  addEventListener('popstate', goBack);
  setTimeout(goOn, lookEvery);
}

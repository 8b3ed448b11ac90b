// Refetches the page every few seconds and updates what has changed. Without it, reloading does the same.
(() => {
  const SECONDS = 5;
  const live = document.getElementById('live');
  const status = live.querySelector('[role=status]');
  const pause = live.querySelector('button');
  let tag = null;
  let announced = '';

  // Screen readers announce every change of a status, so it is only written when it differs.
  const announce = (text) => {
    if (text !== announced) {
      announced = text;
      status.textContent = text;
    }
  };
  const isPaused = () => pause.getAttribute('aria-pressed') === 'true';
  const isInUse = () => document.activeElement.matches('select, input, main button')
    || !document.getSelection().isCollapsed;

  const replaceMain = (fresh) => {
    const main = document.getElementById('main');
    if (fresh.innerHTML === main.innerHTML) {
      return;
    }
    const open = [...main.querySelectorAll('details')].map((details) => details.open);
    const focused = [...main.querySelectorAll('a, summary')].indexOf(document.activeElement);
    main.replaceChildren(...fresh.childNodes);
    main.querySelectorAll('details').forEach((details, i) => { details.open = Boolean(open[i]); });
    if (focused >= 0) {
      const same = main.querySelectorAll('a, summary')[focused];
      (same || main).focus();
    }
  };

  // The current page, if it has changed, and the status to announce. A 404 for a workload that is gone is a page, too.
  const fetchPage = async () => {
    const response = await fetch(location.href, { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store' });
    if (response.status === 304) {
      return { text: 'Live' };
    }
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('main');
    return fresh
      ? { text: 'Live', fresh, tag: response.headers.get('ETag') }
      : { text: `Not updated: ${response.status} ${response.statusText}` };
  };

  let isFetching = false;
  const update = async () => {
    if (isFetching || document.hidden || isPaused()) {
      return;
    }
    if (isInUse()) {
      announce('Waiting while you select');
      return;
    }
    isFetching = true;
    const result = await fetchPage().catch(() => ({ text: 'Not updated: no response' }));
    isFetching = false;
    if (isPaused() || isInUse()) {
      return;
    }
    if (result.fresh) {
      tag = result.tag;
      replaceMain(result.fresh);
    }
    announce(result.text);
  };

  pause.addEventListener('click', () => {
    pause.setAttribute('aria-pressed', String(!isPaused()));
    announce(isPaused() ? 'Paused' : 'Live');
    update();
  });
  document.addEventListener('visibilitychange', update);
  live.hidden = false;
  update();
  setInterval(update, SECONDS * 1000);
})();

// Fetches the page again every few seconds and puts in what has changed. Without it, reloading does the same.
(() => {
  const SECONDS = 5;
  const live = document.getElementById('live');
  const status = live.querySelector('[role=status]');
  const pause = live.querySelector('button');
  let tag = null;
  let said = '';

  // Screen readers read a status aloud when it changes, so it changes only with the state.
  const say = (text) => {
    if (text !== said) {
      said = text;
      status.textContent = text;
    }
  };
  const isPaused = () => pause.getAttribute('aria-pressed') === 'true';
  const isInUse = () => document.activeElement.matches('select, input, main button')
    || !document.getSelection().isCollapsed;

  const put = (fresh) => {
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

  // What there is now, and what is to be said of it. Also a page that says that something is gone is one.
  const ask = async () => {
    const answer = await fetch(location.href, { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store' });
    if (answer.status === 304) {
      return { text: 'Live' };
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('main');
    return fresh
      ? { text: 'Live', fresh, tag: answer.headers.get('ETag') }
      : { text: `Not updated: ${answer.status} ${answer.statusText}` };
  };

  let isAsking = false;
  const look = async () => {
    if (isAsking || document.hidden || isPaused()) {
      return;
    }
    if (isInUse()) {
      say('Waiting while you select');
      return;
    }
    isAsking = true;
    const told = await ask().catch(() => ({ text: 'Not updated: no answer' }));
    isAsking = false;
    if (isPaused() || isInUse()) {
      return;
    }
    if (told.fresh) {
      tag = told.tag;
      put(told.fresh);
    }
    say(told.text);
  };

  pause.addEventListener('click', () => {
    pause.setAttribute('aria-pressed', String(!isPaused()));
    say(isPaused() ? 'Paused' : 'Live');
    look();
  });
  document.addEventListener('visibilitychange', look);
  live.hidden = false;
  look();
  setInterval(look, SECONDS * 1000);
})();

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

  const put = (html) => {
    const main = document.getElementById('main');
    const fresh = new DOMParser().parseFromString(html, 'text/html').getElementById('main');
    const open = [...main.querySelectorAll('details')].map((details) => details.open);
    const focused = [...main.querySelectorAll('a, summary')].indexOf(document.activeElement);
    main.replaceChildren(...fresh.childNodes);
    main.querySelectorAll('details').forEach((details, i) => { details.open = Boolean(open[i]); });
    if (focused >= 0) {
      const same = main.querySelectorAll('a, summary')[focused];
      (same || main).focus();
    }
  };

  const look = async () => {
    if (document.hidden || isPaused() || isInUse()) {
      return;
    }
    try {
      const answer = await fetch(location.href, { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store' });
      if (answer.status === 200) {
        const first = tag === null;
        tag = answer.headers.get('ETag');
        const html = await answer.text();
        if (!first) {
          put(html);
        }
      }
      say(answer.ok || answer.status === 304 ? 'Live' : `Not updated: ${answer.status} ${answer.statusText}`);
    } catch (e) {
      say('Not updated: no answer');
    }
  };

  pause.addEventListener('click', () => {
    pause.setAttribute('aria-pressed', String(!isPaused()));
    say(isPaused() ? 'Paused' : 'Live');
  });
  live.hidden = false;
  look();
  setInterval(look, SECONDS * 1000);
})();

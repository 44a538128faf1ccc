// Shows the sign-up form once, and sends it. It stores one word in this browser: that the form was closed or sent.
(() => {
  const box = document.getElementById('storeconnector-sign-up');
  if (!box) return;

  const KEY = 'storeconnector-sign-up';
  const form = box.querySelector('form');
  const said = box.querySelector('.sc-said');

  const remember = () => { try { localStorage.setItem(KEY, 'done'); } catch { /* A browser that keeps nothing asks again. */ } };
  const isDone = () => { try { return localStorage.getItem(KEY) !== null; } catch { return false; } };
  const say = (what) => { said.textContent = said.dataset[what] ?? ''; };
  const close = () => { box.hidden = true; remember(); };

  // In the theme editor it is always to be seen.
  if (window.Shopify?.designMode) box.hidden = false;
  else if (isDone()) return;
  else setTimeout(() => { box.hidden = false; }, 1000 * Math.max(5, Number(box.dataset.delay) || 15));

  box.querySelector('.sc-close').addEventListener('click', close);
  box.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });

  // Only what is ticked is sent, and an address without its tick is nothing.
  const isComplete = (fields) => ['email', 'phone'].some((address) =>
    fields.get(address)?.trim() && fields.get(address === 'email' ? 'agree_email' : 'agree_sms'));

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    if (!isComplete(fields)) { say('incomplete'); return; }

    const button = form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      const answer = await fetch(box.dataset.url, { method: 'POST', body: new URLSearchParams(fields) });
      if (answer.ok) {
        say('taken');
        remember();
        return;
      }

      say(answer.status === 400 ? 'incomplete' : 'later');
    } catch {
      say('later');
    }
    button.disabled = false;
  });
})();

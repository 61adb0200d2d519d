import { Cards } from './cards.js';
import { Composer } from './composer.js';
import { asCurl } from './curl.js';
import { byId, tell } from './dom.js';
import { untilAnswered } from './patience.js';
import { Settings } from './settings.js';
import { Sluice, newIdempotencyKey } from './sluice.js';
import { troubleWith, unanswered } from './words.js';

/** Ties the parts together: the form starts generations, the cards follow them, the address names one of them. */

const base = new URL('.', document.baseURI);
const settings = new Settings({ onChange: load });
const client = new Sluice({ key: () => settings.key });
const curlOf = (requests) => asCurl(requests, { base, hasKey: settings.key !== '' });
const composer = new Composer({ curlOf, onSubmit: generate });
const cards = new Cards(client, {
  hasKey: () => settings.key !== '',
  reuse: (card) => composer.fillIn(card.request),
  curlOf: (request) => curlOf([request]),
  trouble: explain,
});

/** A submit that nobody answered keeps its key, so that pressing the button again cannot pay twice. */
let unansweredSubmit = { written: '', idempotencyKey: '' };

window.addEventListener('hashchange', () => showTheAddressed().catch(explain));
load();

/** With another key one is another caller, who sees its own. */
async function load() {
  composer.changed();
  explain();
  try {
    await cards.load();
    await showTheAddressed();
  } catch (trouble) {
    explain(trouble);
    if (trouble.status === 401) settings.open();
  }
}

async function showTheAddressed() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id !== '') await cards.show(id);
}

async function generate(requests) {
  const written = JSON.stringify(requests);
  if (unansweredSubmit.written !== written) unansweredSubmit = { written, idempotencyKey: newIdempotencyKey() };
  const { idempotencyKey } = unansweredSubmit;
  explain();
  composer.isSending = true;
  try {
    const accepted = await submit(requests, idempotencyKey);
    unansweredSubmit = { written: '', idempotencyKey: '' };
    tell(byId('line'), '');
    cards.accept(accepted.map((generation, index) => ({ ...requests[index], ...generation })));
  } catch (trouble) {
    tell(byId('line'), '');
    explain(trouble);
    if (trouble.status === 401) settings.askForKey();
  } finally {
    composer.isSending = false;
  }
}

function submit(requests, idempotencyKey) {
  const onUnanswered = (pause) => tell(byId('line'), unanswered(pause));
  return untilAnswered(async (options) => {
    if (requests.length === 1) return [await client.submit(requests[0], { idempotencyKey, ...options })];
    return (await client.batch(requests, { idempotencyKey, ...options })).generations;
  }, onUnanswered);
}

/** What is wrong, why, and what to do next; nothing at all if nothing is. */
function explain(trouble) {
  const { title, detail, next } = trouble === undefined ? {} : troubleWith(trouble);
  byId('trouble').hidden = trouble === undefined;
  tell(byId('trouble-title'), title);
  tell(byId('trouble-detail'), detail);
  tell(byId('trouble-next'), next);
}

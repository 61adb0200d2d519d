import { Composer } from './composer.js';
import { Recent } from './recent.js';
import { Settings } from './settings.js';
import { SluiceClient, newIdempotencyKey } from './sluice-client.js';
import { Stage } from './stage.js';

/** Ties the parts together: the form starts a generation, the address names the one on show, the stage follows it. */

const base = new URL('.', document.baseURI);
const settings = new Settings({ onChange: tryTheKey });
const client = new SluiceClient({ base, key: () => settings.key });
const stage = new Stage(client, { onWithdraw: withdraw, onReuse: (prompt) => composer.fillIn(prompt) });
const composer = new Composer({ base, settings, onSubmit: generate });
const recent = new Recent(client);

let shown = '';
let watching = new AbortController();

/** A submit that nobody answered keeps its key, so that pressing the button again cannot pay twice. */
let unanswered = { request: '', idempotencyKey: '' };

window.addEventListener('hashchange', followTheAddress);
recent.refresh();
followTheAddress();

function followTheAddress() {
  const generationId = decodeURIComponent(location.hash.slice(1));
  if (generationId === shown) return;
  if (generationId === '') watchAnew(() => stage.rest());
  else watchAnew((signal) => join(generationId, signal));
}

function generate(request) {
  const written = JSON.stringify(request);
  if (unanswered.request !== written) unanswered = { request: written, idempotencyKey: newIdempotencyKey() };
  const { idempotencyKey } = unanswered;
  watchAnew(async (signal) => {
    history.pushState(null, '', base);
    stage.begin(request);
    composer.isSending = true;
    await follow(client.generate(request, { signal, idempotencyKey }));
  });
}

async function join(generationId, signal) {
  show(generationId);
  stage.begin({ prompt: generationId });
  const generation = await client.find(generationId, { signal });
  stage.begin(generation);
  await follow(client.follow(generationId, { signal }));
}

async function follow(stream) {
  for await (const news of stream) {
    stage.take(news);
    if (news.name === 'joined') accepted(news.generationId);
    if (news.generation !== undefined) recent.tell(news.generation.status);
  }
}

function accepted(generationId) {
  composer.isSending = false;
  unanswered = { request: '', idempotencyKey: '' };
  history.replaceState(null, '', `#${generationId}`);
  show(generationId);
  recent.refresh();
}

function show(generationId) {
  shown = generationId;
  recent.mark(generationId);
}

/** One generation at a time is on show. Leaving another one cancels nothing: it goes on, and the list leads back to it. */
async function watchAnew(watch) {
  watching.abort();
  watching = new AbortController();
  const { signal } = watching;
  shown = '';
  composer.isSending = false;
  try {
    await watch(signal);
  } catch (trouble) {
    if (signal.aborted) return;
    composer.isSending = false;
    stage.refuse(trouble);
    if (trouble.status === 401) settings.askForKey();
  }
}

/** Whatever was refused for want of a key is asked again. */
function tryTheKey() {
  const generationId = shown;
  recent.refresh();
  if (generationId !== '' && stage.isRefused) watchAnew((signal) => join(generationId, signal));
}

async function withdraw() {
  await client.withdraw(shown).catch((trouble) => stage.note(trouble.message));
}

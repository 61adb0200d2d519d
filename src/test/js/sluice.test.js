import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import * as client from '../../main/resources/client/sluice.js';

const { Sluice, SluiceProblem, SluiceUnreachable } = client;

const BASE = 'http://sluice.test/behind/a/prefix';

/** A gateway that gives one prepared answer per call, and keeps what it was asked. */
class Gateway {
  calls = [];
  pauses = [];
  #answers;

  constructor(...answers) {
    this.#answers = answers;
  }

  client(options = {}) {
    return new Sluice({
      base: BASE,
      fetch: async (url, call) => {
        this.calls.push({ ...call, path: url.pathname.replace('/behind/a/prefix', ''), query: url.searchParams });
        assert.ok(this.#answers.length > 0, `an unforeseen call: ${url}`);
        return this.#answers.shift()(call.signal);
      },
      pause: async (milliseconds) => this.pauses.push(milliseconds),
      ...options,
    });
  }

  /** What each call named as its place. */
  get places() {
    return this.calls.map(({ query }) => query.get('lastEventId'));
  }
}

const event = (name, id, generation = 'gen_1') =>
  `event: ${name}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify({ id: generation, status: name })}\n\n`;

/** A stream that tells these pieces; then it ends, or breaks, or hangs. */
function stream(pieces, afterwards = (line) => line.close()) {
  return (signal) => {
    const left = [...pieces];
    const body = new ReadableStream({
      start: (line) => signal?.addEventListener('abort', () => line.error(signal.reason)),
      pull(line) {
        if (left.length === 0) return afterwards(line);
        const piece = left.shift();
        line.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
      },
    });
    return new Response(body);
  };
}

const breaks = (line) => line.error(new TypeError('network error'));
const hangs = () => new Promise(() => {});
const unreachable = () => Promise.reject(new TypeError('Failed to fetch'));
const json = (value, init) => () => Response.json(value, init);
const refused = (status, retryAfter) =>
  json({ title: 'No' }, { status, headers: retryAfter === undefined ? {} : { 'Retry-After': `${retryAfter}` } });
const ticketFor = (seconds, ticket = 'tkt_1') => ({ ticket, expiresAt: new Date(Date.now() + seconds * 1000).toISOString() });

async function all(events) {
  const told = [];
  for await (const one of events) told.push(one);
  return told;
}

const typesOf = (told) => told.map(({ type }) => type);

describe('Sluice, asked', () => {
  test('submits as the contract says', async () => {
    const gateway = new Gateway(json({ id: 'gen_1', status: 'queued' }, { status: 202 }));

    const generation = await gateway.client({ key: 'k' }).submit({ prompt: 'قارب' }, { idempotencyKey: 'once' });

    assert.equal(generation.id, 'gen_1');
    const [{ path, method, headers, body }] = gateway.calls;
    assert.deepEqual([path, method, body], ['/v1/generations', 'POST', '{"prompt":"قارب"}']);
    assert.deepEqual(headers, {
      Accept: '*/*',
      'Idempotency-Key': '"once"',
      Prefer: 'respond-async',
      Authorization: 'Bearer k',
      'Content-Type': 'application/json',
    });
  });

  test('submits again under the same key, whatever went wrong on the way', async () => {
    const cutAnswer = stream(['{"id":'], breaks);
    const gateway = new Gateway(unreachable, cutAnswer, refused(503, 2), refused(429, 9), json({ id: 'gen_1' }));

    await gateway.client().submit({ prompt: 'a' });

    const keys = new Set(gateway.calls.map(({ headers }) => headers['Idempotency-Key']));
    assert.equal(keys.size, 1);
    assert.match([...keys][0], /^"[0-9a-f]{32}"$/);
    assert.equal(new Set(gateway.calls.map(({ body }) => body)).size, 1);
  });

  test('waits longer each time, never all at once, and never less than it was asked', async () => {
    const gateway = new Gateway(unreachable, refused(503), refused(503, 9), refused(500), json({}));

    await gateway.client().get('gen_1');

    const least = [1000, 2000, 9000 + 4000, 8000];
    const most = [1500, 3000, 9000 + 6000, 12000];
    gateway.pauses.forEach((pause, i) => assert.ok(least[i] <= pause && pause <= most[i], `${i}: ${pause}`));
    assert.equal(gateway.pauses.length, 4);
  });

  test('gives up a call after six attempts', async () => {
    const gateway = new Gateway(...Array(6).fill(unreachable));

    await assert.rejects(gateway.client().submit({ prompt: 'a' }), SluiceUnreachable);
    await assert.rejects(new Gateway(...Array(6).fill(refused(503))).client().get('gen_1'), { status: 503 });
  });

  test('leaves a wait of more than a minute to the caller', async () => {
    const gateway = new Gateway(refused(429, 3600));

    await assert.rejects(gateway.client().submit({ prompt: 'a' }), { status: 429, retryAfter: 3600 });
    assert.deepEqual(gateway.pauses, []);
  });

  test('asks nothing again that was refused for good', async () => {
    const body = { type: 't', title: 'Malformed', detail: 'The prompt is empty.', instance: 'i' };
    const gateway = new Gateway(json({ ...body, status: 418 }, { status: 400 }));

    const trouble = await gateway.client().submit({ prompt: '' }).catch((caught) => caught);

    assert.ok(trouble instanceof SluiceProblem);
    assert.deepEqual({ ...trouble }, { name: 'SluiceProblem', ...body, status: 400, retryAfter: undefined });
    assert.equal(trouble.message, 'The prompt is empty.');
    assert.equal(gateway.calls.length, 1);
  });

  test('makes a problem of a refusal that is not one', async () => {
    const gateway = new Gateway(() => new Response('<h1>Not here</h1>', { status: 404 }));

    await assert.rejects(gateway.client().get('gen_1'), { title: 'The answer was 404', type: 'about:blank' });
  });

  test('asks for its key anew each time', async () => {
    const gateway = new Gateway(json({}), json({}), json({}));
    const keys = ['one', 'two', undefined];
    const sluice = gateway.client({ key: async () => keys.shift() });

    for (const _ of [1, 2, 3]) await sluice.get('gen_1');

    assert.deepEqual(gateway.calls.map(({ headers }) => headers.Authorization), ['Bearer one', 'Bearer two', undefined]);
  });

  test('tells who submits what it waits for, and stops for who does not want to', async () => {
    const gateway = new Gateway(unreachable, refused(503, 9));
    const stop = new AbortController();
    const waits = [];
    const onPause = (wait) => (waits.push(wait), wait.trouble.status && stop.abort(wait.trouble));
    const pause = async (_, signal) => signal.throwIfAborted();

    await assert.rejects(gateway.client({ pause }).submit({ prompt: 'a' }, { onPause, signal: stop.signal }), { status: 503 });

    assert.deepEqual(waits.map(({ trouble }) => trouble.name), ['SluiceUnreachable', 'SluiceProblem']);
    assert.ok(waits[1].pause >= 9000);
  });

  test('sends the same again, whatever became of the request meanwhile', async () => {
    const request = { prompt: 'a' };
    const gateway = new Gateway(() => ((request.prompt = 'b'), unreachable()), json({ id: 'gen_1' }));

    await gateway.client().submit(request);

    assert.deepEqual(gateway.calls.map(({ body }) => body), ['{"prompt":"a"}', '{"prompt":"a"}']);
  });

  test('asks again when its key could not be had', async () => {
    const gateway = new Gateway(json({}));
    const keys = [unreachable, async () => 'k'];

    await gateway.client({ key: () => keys.shift()() }).get('gen_1');

    assert.deepEqual([gateway.pauses.length, gateway.calls[0].headers.Authorization], [1, 'Bearer k']);
  });

  test('says at once that a key fits into no header', async () => {
    const gateway = new Gateway();

    await assert.rejects(gateway.client({ key: 'ключ' }).get('gen_1'), TypeError);
    assert.deepEqual(gateway.pauses, []);
  });

  for (const [what, answer] of [['an answer that does not begin', hangs], ['one that does not end', stream(['{"id":'], hangs)]]) {
    test(`waits a minute at most for ${what}`, async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const minuteLater = (signal) => (setImmediate(() => setImmediate(() => t.mock.timers.tick(60_000))), answer(signal));
      const gateway = new Gateway(minuteLater, json({ id: 'gen_1' }));

      assert.equal((await gateway.client().submit({ prompt: 'a' })).id, 'gen_1');
      assert.equal(gateway.calls.length, 2);
    });
  }

  test('waits for the ending and answers with all of it', async () => {
    const whole = { id: 'gen_1', status: 'completed', prompt: 'a' };
    const gateway = new Gateway(stream([event('queued', 'g.1'), event('completed', 'g.2')]), json(whole));

    assert.deepEqual(await gateway.client().wait('gen_1'), whole);
    assert.deepEqual(gateway.calls.map(({ path }) => path), ['/v1/generations/gen_1/events', '/v1/generations/gen_1']);
  });

  test('withdraws, also when the answer to the withdrawal was lost', async () => {
    const gateway = new Gateway(unreachable, refused(409), json({ id: 'gen_1', status: 'cancelled' }));

    assert.equal((await gateway.client().cancel('gen_1')).status, 'cancelled');
    assert.deepEqual(gateway.calls.map(({ method }) => method), ['DELETE', 'DELETE', 'GET']);
  });

  test('withdraws a batch, also when the answer to the withdrawal was lost', async () => {
    const gateway = new Gateway(unreachable, refused(409), json({ id: 'bat_1', generations: [{ status: 'cancelled' }] }));

    assert.equal((await gateway.client().cancel('bat_1')).id, 'bat_1');
  });

  test('says so when it is too late to withdraw', async () => {
    const gateway = new Gateway(refused(409), json({ id: 'gen_1', status: 'processing' }));

    await assert.rejects(gateway.client().cancel('gen_1'), { name: 'SluiceProblem', status: 409 });
  });

  test('asks for each thing where the contract has it', async () => {
    const gateway = new Gateway(...Array(9).fill(json({ id: 'x' })));
    const sluice = gateway.client();

    await sluice.batch([{ prompt: 'a' }]);
    await sluice.get({ id: 'bat_1' });
    await sluice.cancel('bat_1');
    await sluice.list({ status: ['queued', 'failed'], limit: 5, cursor: 'c' });
    await sluice.list();
    await sluice.erase('gen_1');
    await sluice.image('gen_1', 2);
    await sluice.status();
    await sluice.ticket({ generations: [{ id: 'gen_1' }], seconds: 60 });

    assert.deepEqual(gateway.calls.map(({ method, path, query }) => `${method} ${path} ${query}`.trim()), [
      'POST /v1/batches',
      'GET /v1/batches/bat_1',
      'DELETE /v1/batches/bat_1',
      'GET /v1/generations status=queued&status=failed&limit=5&cursor=c',
      'GET /v1/generations',
      'DELETE /v1/generations/gen_1 erase=true',
      'GET /v1/generations/gen_1/images/2',
      'GET /v1/status',
      'POST /v1/stream-tickets',
    ]);
    assert.equal(gateway.calls[0].body, '{"generations":[{"prompt":"a"}]}');
    assert.equal(gateway.calls.at(-1).body, '{"generations":["gen_1"],"seconds":60}');
  });

  test('escapes whatever an id holds', async () => {
    const gateway = new Gateway(json({}));

    await gateway.client().get('../x?y');

    assert.equal(gateway.calls[0].path, '/v1/generations/..%2Fx%3Fy');
  });

  test('stops when it is aborted, also in a pause', async () => {
    const stop = new AbortController();
    const sluice = new Sluice({ base: BASE, fetch: unreachable });

    const asked = sluice.get('gen_1', { signal: stop.signal });
    setImmediate(() => stop.abort());

    await assert.rejects(asked, { name: 'AbortError' });
  });

  test('wants to know where the gateway is when it was not loaded from one', () => {
    assert.throws(() => new Sluice(), /Say where Sluice is/);
  });

  test('has the types of what it exports, and of nothing else', async () => {
    const types = await readFile(new URL('../../main/resources/client/sluice.d.ts', import.meta.url), 'utf8');
    const exported = [...types.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
    const members = [...types.matchAll(/export class Sluice \{(.*?)^\}/gms)][0][1].matchAll(/^ {2}(\w+)\(/gm);

    assert.deepEqual(exported.sort(), Object.keys(client).sort());
    assert.deepEqual(
      [...new Set([...members].map(([, name]) => name))].sort(),
      Object.getOwnPropertyNames(Sluice.prototype).sort(),
    );
  });
});

describe('Sluice, watching', () => {
  test('tells every event and stops after the ending', async () => {
    const gateway = new Gateway(stream([event('queued', 'g.1'), event('progress'), event('completed', 'g.2'), event('queued', 'g.3')]));

    const told = await all(gateway.client().watch({ id: 'gen_1' }));

    assert.deepEqual(typesOf(told), ['queued', 'progress', 'completed']);
    assert.deepEqual(told.map(({ id }) => id), ['g.1', undefined, 'g.2']);
    assert.deepEqual(told[2].generation, { id: 'gen_1', status: 'completed' });
  });

  const story = '\uFEFFretry: 2500\n: a comment\n\nevent: queued\nid: g.1\ndata: {"id":"gen_1","prompt":"قارب 🚤"}\n\n' +
    'event: progress\ndata: {"id":\ndata: "gen_1"}\n\nevent:failed\nid:g.2\ndata:{"id":"gen_1"}\n\ndata: never ended';
  for (const [how, ending] of [['LF', '\n'], ['CRLF', '\r\n'], ['CR', '\r']]) {
    test(`reads the format with ${how}, wherever its bytes are cut`, async () => {
      const bytes = new TextEncoder().encode(story.replaceAll('\n', ending));
      const whole = await all(new Gateway(stream([bytes])).client().watch('gen_1'));
      assert.deepEqual(typesOf(whole), ['queued', 'progress', 'failed']);
      assert.equal(whole[0].generation.prompt, 'قارب 🚤');

      for (let cut = 1; cut < bytes.length; cut++) {
        const told = await all(new Gateway(stream([bytes.slice(0, cut), bytes.slice(cut)])).client().watch('gen_1'));
        assert.deepEqual(told, whole, `cut at ${cut}`);
      }
      const each = [...bytes].map((byte) => Uint8Array.of(byte));
      assert.deepEqual(await all(new Gateway(stream(each)).client().watch('gen_1')), whole);
    });
  }

  for (const [how, afterwards] of [['breaks', breaks], ['ends too early', undefined]]) {
    test(`resumes after the last recorded event when the line ${how}`, async () => {
      const gateway = new Gateway(
        stream(['retry: 2500\n\n', event('queued', 'g.1'), event('progress'), 'id: g.2\nevent: half'], afterwards),
        stream([event('processing', 'g.2'), event('completed', 'g.3')]),
      );

      const told = await all(gateway.client().watch('gen_1'));

      assert.deepEqual(typesOf(told), ['queued', 'progress', 'processing', 'completed']);
      assert.deepEqual(gateway.places, [null, 'g.1']);
      assert.ok(gateway.pauses[0] >= 2500 && gateway.pauses[0] <= 3750);
    });
  }

  test('tells no event twice, though a gateway that cannot read the place begins at the beginning', async () => {
    const gateway = new Gateway(
      stream([event('queued', 'g.1'), event('submitting', 'g.2')], breaks),
      stream([event('queued', 'g.1'), event('submitting', 'g.2'), event('completed', 'g.3')]),
    );

    assert.deepEqual(typesOf(await all(gateway.client().watch('gen_1'))), ['queued', 'submitting', 'completed']);
  });

  test('keeps its place over a line that told nothing, and waits longer before the next', async () => {
    const gateway = new Gateway(
      stream(['retry: 4000\n\n', event('queued', 'g.1')], breaks),
      unreachable,
      stream(['retry: 4000\n\n']),
      stream([event('completed', 'g.2')]),
    );

    await all(gateway.client().watch('gen_1'));

    assert.deepEqual(gateway.places, [null, 'g.1', 'g.1', 'g.1']);
    assert.deepEqual(gateway.pauses.map((pause, i) => pause >= 4000 * 2 ** i && pause <= 6000 * 2 ** i), [true, true, true]);
  });

  test('goes on where a page stopped that was loaded again, and has nothing to tell after the ending', async () => {
    const gateway = new Gateway(() => new Response(null, { status: 204 }));

    assert.deepEqual(await all(gateway.client().watch('gen_1', { lastEventId: 'g.9' })), []);
    assert.deepEqual(gateway.places, ['g.9']);
  });

  test('says when the line is open, cut, and open again', async () => {
    const gateway = new Gateway(stream([event('queued', 'g.1')], breaks), refused(503, 9), stream([event('failed', 'g.2')]));
    const lines = [];

    await all(gateway.client().watch('gen_1', { onLine: (line) => lines.push(line) }));

    assert.deepEqual(lines.map(({ isOpen }) => isOpen), [true, false, false, true]);
    assert.ok(lines[1].trouble instanceof SluiceUnreachable);
    assert.equal(lines[2].trouble.status, 503);
    assert.ok(lines[2].pause >= 9000);
  });

  test('gives up where it is refused for good', async () => {
    const gateway = new Gateway(stream([event('queued', 'g.1')], breaks), refused(404));

    await assert.rejects(all(gateway.client().watch('gen_1')), { status: 404 });
  });

  test('gives up a gateway that tells nothing on a hundred lines', async () => {
    const gateway = new Gateway(...Array(101).fill(stream([])));

    await assert.rejects(all(gateway.client().watch('gen_1')), SluiceUnreachable);
    assert.equal(gateway.calls.length, 101);
    assert.ok(Math.max(...gateway.pauses) <= 90_000);
  });

  test('gives up a line that never comes to its end', async () => {
    const piece = 'x'.repeat(1_000_000);
    const gateway = new Gateway(stream(Array(10).fill(piece), hangs));

    await assert.rejects(all(gateway.client().watch('gen_1')), RangeError);
  });

  test('takes a line that is silent for a minute for dead', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const gateway = new Gateway(stream([event('queued', 'g.1')], hangs), stream([event('completed', 'g.2')]));

    const told = [];
    for await (const { type } of gateway.client().watch('gen_1')) {
      told.push(type);
      if (type === 'queued') setImmediate(() => t.mock.timers.tick(60_000));
    }

    assert.deepEqual(told, ['queued', 'completed']);
  });

  test('follows many on one connection, and stops when the last of them has ended', async () => {
    const gateway = new Gateway(
      stream([event('queued', 'p1', 'gen_1'), event('completed', 'p2', 'gen_2'), event('failed', 'p3', 'gen_1')], breaks),
    );

    const told = await all(gateway.client().watch(['gen_1', { id: 'gen_2' }]));

    assert.deepEqual(told.map(({ id }) => id), ['p1', 'p2', 'p3']);
    assert.equal(gateway.calls[0].path, '/v1/events');
    assert.deepEqual(gateway.calls[0].query.getAll('generation'), ['gen_1', 'gen_2']);
  });

  test('waits for an ending that turned out to be none', async () => {
    const gateway = new Gateway(
      stream([event('unknown', 'p1', 'gen_1'), event('processing', 'p2', 'gen_1'), event('completed', 'p3', 'gen_2')], breaks),
      stream([event('completed', 'p4', 'gen_1')]),
    );

    assert.equal((await all(gateway.client().watch(['gen_1', 'gen_2']))).length, 4);
  });

  test('tells what became of one whose outcome was unknown for a while, though it watches from the beginning', async () => {
    const story = [event('submitting', 'g.2'), event('unknown', 'g.3'), event('processing', 'g.4'), event('completed', 'g.5')];

    assert.equal((await all(new Gateway(stream(story)).client().watch('gen_1'))).length, 4);
  });

  test('is done with an outcome that stays unknown when the gateway ends the line', async () => {
    const told = new Gateway(stream([event('completed', 'p1', 'gen_2'), event('unknown', 'p2', 'gen_1')]));
    const cut = new Gateway(stream([event('unknown', 'g.3')], breaks), () => new Response(null, { status: 204 }));

    assert.deepEqual(typesOf(await all(told.client().watch(['gen_1', 'gen_2']))), ['completed', 'unknown']);
    assert.deepEqual(typesOf(await all(cut.client().watch('gen_1'))), ['unknown']);
    assert.deepEqual([told.pauses.length, cut.places], [0, [null, 'g.3']]);
  });

  test('follows a batch to the event that tells all of it', async () => {
    const batch = 'event: batch\nid: p9\ndata: {"id":"bat_1","counts":{"completed":1}}\n\n';
    const gateway = new Gateway(stream([event('completed', 'p1')]), stream([batch], hangs));

    const told = await all(gateway.client().watch({ id: 'bat_1' }));

    assert.deepEqual(typesOf(told), ['completed', 'batch']);
    assert.equal(told[1].batch.counts.completed, 1);
    assert.equal(gateway.calls[1].path, '/v1/batches/bat_1/events');
  });

  test('closes the line when the caller leaves', async () => {
    let isClosed = false;
    const body = new ReadableStream({
      start: (line) => line.enqueue(new TextEncoder().encode(event('queued', 'g.1'))),
      cancel: () => (isClosed = true),
    });
    const gateway = new Gateway(() => new Response(body));

    for await (const { type } of gateway.client().watch('gen_1')) if (type === 'queued') break;

    assert.ok(isClosed);
  });

  test('closes the line at once when it is left while it waits for the next event', async () => {
    const gateway = new Gateway(stream([event('queued', 'g.1')], hangs));
    const events = gateway.client().watch('gen_1');
    await events.next();
    const waiting = events.next();

    assert.deepEqual(await events.return(), { done: true, value: undefined });

    assert.deepEqual(await waiting, { done: true, value: undefined });
    assert.ok(gateway.calls[0].signal.aborted);
  });

  test('stops when it is aborted, also in a pause', async () => {
    for (const [fetch, type] of [[unreachable, undefined], [async (_, { signal }) => stream([event('queued', 'g.1')], hangs)(signal), 'queued']]) {
      const stop = new AbortController();
      const events = new Sluice({ base: BASE, fetch }).watch('gen_1', { signal: stop.signal });
      if (type) assert.equal((await events.next()).value.type, type);

      const waiting = events.next();
      setImmediate(() => stop.abort());

      await assert.rejects(waiting, { name: 'AbortError' });
    }
  });
});

describe('Sluice, with tickets instead of a key', () => {
  test('asks for one for what it watches, and shows it without a header that browsers would ask about first', async () => {
    const gateway = new Gateway(stream([event('completed', 'g.1')]));
    const asked = [];

    await all(gateway.client({ ticket: (ids) => (asked.push(ids), ticketFor(7200)) }).watch({ id: 'gen_1' }));

    assert.deepEqual(asked, [['gen_1']]);
    assert.equal(gateway.calls[0].query.get('ticket'), 'tkt_1');
    assert.deepEqual(gateway.calls[0].headers, { Accept: 'text/event-stream' });
  });

  test('keeps one that is good, and renews one before it runs out', async () => {
    const gateway = new Gateway(
      stream([event('queued', 'g.1')], breaks),
      stream([event('submitting', 'g.2')], breaks),
      stream([event('completed', 'g.3')]),
    );
    const tickets = [ticketFor(7200, 'long'), ticketFor(7200, 'unused')];
    await all(gateway.client({ ticket: () => tickets.shift() }).watch('gen_1'));
    assert.deepEqual(gateway.calls.map(({ query }) => query.get('ticket')), ['long', 'long', 'long']);

    const another = new Gateway(stream([event('queued', 'g.1')], breaks), stream([event('completed', 'g.2')]));
    const short = [ticketFor(20, 'short'), ticketFor(7200, 'next')];
    await all(another.client({ ticket: async () => short.shift() }).watch('gen_1'));
    assert.deepEqual(another.calls.map(({ query }) => query.get('ticket')), ['short', 'next']);
  });

  test('renews one that is refused, at once and without losing its place', async () => {
    const gateway = new Gateway(stream([event('queued', 'g.1')], breaks), refused(401), stream([event('completed', 'g.2')]));
    const tickets = [ticketFor(7200, 'old'), ticketFor(7200, 'new')];

    const told = await all(gateway.client({ ticket: () => tickets.shift() }).watch('gen_1'));

    assert.deepEqual(typesOf(told), ['queued', 'completed']);
    assert.deepEqual(gateway.calls.map(({ query }) => query.get('ticket')), ['old', 'old', 'new']);
    assert.deepEqual(gateway.places, [null, 'g.1', 'g.1']);
    assert.equal(gateway.pauses.length, 1);
  });

  test('gives up when a new one is refused', async () => {
    const gateway = new Gateway(refused(401));

    await assert.rejects(all(gateway.client({ ticket: () => ticketFor(7200) }).watch('gen_1')), { status: 401 });
  });

  test('tries again when the server that gives them is away', async () => {
    const gateway = new Gateway(stream([event('completed', 'g.1')]));
    const answers = [unreachable, async () => ticketFor(7200)];

    await all(gateway.client({ ticket: () => answers.shift()() }).watch('gen_1'));

    assert.equal(gateway.pauses.length, 1);
  });
});

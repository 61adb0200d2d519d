import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem } from '../../main/resources/static/problem.js';
import { CutLine, SluiceClient } from '../../main/resources/static/sluice-client.js';

const BASE = new URL('http://sluice.test/');

/** A gateway that gives one prepared answer per call, and keeps what it was asked. */
class Gateway {
  calls = [];
  pauses = [];
  #answers;

  constructor(...answers) {
    this.#answers = answers;
  }

  client(key = '') {
    return new SluiceClient({
      base: BASE,
      key: () => key,
      fetch: async (url, call) => {
        this.calls.push({ path: url.pathname + url.search, method: call.method ?? 'GET', headers: call.headers, body: call.body });
        assert.ok(this.#answers.length > 0, `an unforeseen call: ${url}`);
        return this.#answers.shift()(call.signal);
      },
      sleep: async (milliseconds) => this.pauses.push(milliseconds),
    });
  }
}

const event = (name, sequence, id = 'gen_1') =>
  `event: ${name}\n${sequence ? `id: g.${sequence}\n` : ''}data: ${JSON.stringify({ id, status: name === 'progress' ? 'processing' : name })}\n\n`;

/** A stream that tells these pieces; then it ends, or breaks, or hangs. */
function stream(pieces, { afterwards = (line) => line.close() } = {}) {
  return () => {
    const left = [...pieces];
    const body = new ReadableStream({
      pull(line) {
        if (left.length > 0) line.enqueue(new TextEncoder().encode(left.shift()));
        else return afterwards(line);
      },
    });
    return new Response(body);
  };
}

const breaks = { afterwards: (line) => line.error(new TypeError('network error')) };
const unreachable = () => Promise.reject(new TypeError('Failed to fetch'));
const json = (value, init) => () => Response.json(value, init);

async function all(news) {
  const told = [];
  for await (const one of news) told.push(one);
  return told;
}

const namesOf = (told) => told.map(({ name }) => name);

describe('SluiceClient', () => {
  test('tells every event and stops after the ending one', async () => {
    const gateway = new Gateway(stream([event('queued', 1), event('progress'), event('completed', 2), event('queued', 3)]));

    const told = await all(gateway.client().follow(['gen_1']));

    assert.deepEqual(namesOf(told), ['joined', 'queued', 'progress', 'completed']);
    assert.deepEqual(told.map(({ id }) => id), [undefined, 'g.1', undefined, 'g.2']);
  });

  test('submits one as a generation', async () => {
    const gateway = new Gateway(json({ id: 'gen_1', status: 'queued' }, { status: 202 }));

    const accepted = await gateway.client('k').submit([{ prompt: 'قارب' }], { idempotencyKey: 'once' });

    assert.deepEqual(accepted, [{ id: 'gen_1', status: 'queued' }]);
    assert.deepEqual(gateway.calls, [
      {
        path: '/v1/generations',
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': '"once"',
          Prefer: 'respond-async',
          Authorization: 'Bearer k',
        },
        body: '{"prompt":"قارب"}',
      },
    ]);
  });

  test('submits several as a batch', async () => {
    const gateway = new Gateway(json({ id: 'b', generations: [{ id: 'gen_1' }, { id: 'gen_2' }] }, { status: 202 }));

    const accepted = await gateway.client().submit([{ prompt: 'a' }, { prompt: 'b' }]);

    assert.deepEqual(accepted, [{ id: 'gen_1' }, { id: 'gen_2' }]);
    assert.equal(gateway.calls[0].path, '/v1/batches');
    assert.equal(gateway.calls[0].body, '{"generations":[{"prompt":"a"},{"prompt":"b"}]}');
  });

  test('follows several on one line until all have ended', async () => {
    const gateway = new Gateway(
      stream([event('completed', 1), event('queued', 1, 'gen_2')], breaks),
      stream([event('failed', 2, 'gen_2'), event('queued', 9)]),
    );

    const told = await all(gateway.client().follow(['gen_1', 'gen_2']));

    assert.deepEqual(namesOf(told), ['joined', 'completed', 'queued', 'cut', 'resumed', 'failed']);
    assert.equal(gateway.calls[0].path, '/v1/events?generation=gen_1&generation=gen_2');
  });

  test('sends no Authorization without a key', async () => {
    const gateway = new Gateway(stream([event('completed', 1)]));

    await all(gateway.client().follow(['gen_1']));

    assert.deepEqual(gateway.calls[0].headers, { Accept: 'text/event-stream' });
  });

  for (const [how, ending] of [['breaks', breaks], ['ends too early', {}]]) {
    test(`resumes after the last recorded event when the line ${how}`, async () => {
      const gateway = new Gateway(
        stream(['retry: 2500\n\n', event('queued', 1), event('progress'), 'id: g.2\nevent: half'], ending),
        stream([event('processing', 2), event('completed', 3)]),
      );

      const told = await all(gateway.client().follow(['gen_1']));

      assert.deepEqual(namesOf(told), ['joined', 'queued', 'progress', 'cut', 'resumed', 'processing', 'completed']);
      assert.deepEqual(gateway.pauses, [2500]);
      assert.equal(gateway.calls[1].path, '/v1/events?generation=gen_1');
      assert.equal(gateway.calls[1].headers['Last-Event-ID'], 'g.1');
    });
  }

  test('follows from the beginning when the line was cut before any event', async () => {
    const gateway = new Gateway(stream(['retry: 2000\n\n'], breaks), stream([event('queued', 1), event('completed', 2)]));

    const told = await all(gateway.client().follow(['gen_1']));

    assert.deepEqual(namesOf(told), ['joined', 'cut', 'resumed', 'queued', 'completed']);
    assert.ok(!('Last-Event-ID' in gateway.calls[1].headers));
  });

  test('keeps its place over a reconnect that told nothing', async () => {
    const gateway = new Gateway(
      stream([event('queued', 1)], breaks),
      stream(['retry: 2000\n\n']),
      stream([event('completed', 2)]),
    );

    await all(gateway.client().follow(['gen_1']));

    assert.equal(gateway.calls[2].headers['Last-Event-ID'], 'g.1');
  });

  test('asks for the generation when its ending was already told', async () => {
    const gateway = new Gateway(
      stream([event('queued', 1)], breaks),
      () => new Response(null, { status: 204 }),
      json({ id: 'gen_1', status: 'failed' }),
    );

    const told = await all(gateway.client().follow(['gen_1']));

    assert.deepEqual(namesOf(told), ['joined', 'queued', 'cut', 'resumed', 'failed']);
    assert.equal(gateway.calls[2].path, '/v1/generations/gen_1');
  });

  test('waits longer each time that a reconnect brings nothing, but never longer than half a minute', async () => {
    const gateway = new Gateway(
      stream(['retry: 4000\n\n', event('queued', 1)]),
      ...Array(5).fill(unreachable),
      stream([event('processing', 2)]),
      stream([event('completed', 3)]),
    );

    await all(gateway.client().follow(['gen_1']));

    assert.deepEqual(gateway.pauses, [4000, 8000, 16000, 30000, 30000, 30000, 4000]);
  });

  test('waits as long as a gateway without a place asks for', async () => {
    const gateway = new Gateway(
      stream([event('queued', 1)], breaks),
      json({ title: 'Draining' }, { status: 503, headers: { 'Retry-After': '9' } }),
      stream([event('completed', 2)]),
    );

    await all(gateway.client().follow(['gen_1']));

    assert.deepEqual(gateway.pauses, [3000, 9000]);
  });

  test('gives up on a reconnect that is refused for good', async () => {
    const gateway = new Gateway(stream([event('queued', 1)], breaks), json({ title: 'Gone' }, { status: 404 }));

    await assert.rejects(all(gateway.client().follow(['gen_1'])), { title: 'Gone', status: 404 });
  });

  test('submits again under the same key when nobody answered', async () => {
    const gateway = new Gateway(unreachable, json({ id: 'gen_1' }, { status: 202 }));

    const pauses = [];
    await gateway.client().submit([{ prompt: 'a' }], { onUnanswered: (pause) => pauses.push(pause) });

    assert.deepEqual(pauses, [3000]);
    const keys = gateway.calls.map(({ headers }) => headers['Idempotency-Key']);
    assert.equal(keys[0], keys[1]);
    assert.match(keys[0], /^"[0-9a-f]{32}"$/);
  });

  test('gives up a submit that nobody answers', async () => {
    const gateway = new Gateway(...Array(4).fill(unreachable));

    await assert.rejects(gateway.client().submit([{ prompt: 'a' }]), CutLine);
  });

  test('never submits again what was refused', async () => {
    const body = { type: 't', title: 'No place', detail: 'Full.', instance: 'i' };
    const gateway = new Gateway(json(body, { status: 503, headers: { 'Retry-After': '12' } }));

    const refused = await gateway.client().submit([{ prompt: 'a' }]).catch((trouble) => trouble);

    assert.ok(refused instanceof Problem);
    assert.deepEqual({ ...refused }, { name: 'Problem', ...body, status: 503, retryAfter: 12 });
  });

  test('makes a problem of a refusal that is not one', async () => {
    const gateway = new Gateway(() => new Response('<h1>Bad Gateway</h1>', { status: 502 }));

    await assert.rejects(gateway.client().submit([{ prompt: 'a' }]), { title: 'The answer was 502', status: 502 });
  });

  test('closes the line when the caller leaves', async () => {
    let closed = false;
    const response = new Response(
      new ReadableStream({
        start: (line) => line.enqueue(new TextEncoder().encode(event('queued', 1))),
        cancel: () => (closed = true),
      }),
    );
    const gateway = new Gateway(() => response);

    for await (const { name } of gateway.client().follow(['gen_1'])) if (name === 'queued') break;

    assert.ok(closed);
  });

  test('stops when it is aborted, also in a pause', async () => {
    const stop = new AbortController();
    const client = new SluiceClient({ base: BASE, fetch: () => Promise.reject(new TypeError('Failed to fetch')) });

    const told = [];
    const following = (async () => {
      for await (const { name } of client.follow(['gen_1'], { signal: stop.signal })) {
        told.push(name);
        setImmediate(() => stop.abort());
      }
    })();

    await assert.rejects(following, { name: 'AbortError' });
    assert.deepEqual(told, ['cut']);
  });

  test('takes a line that is silent for a minute for dead', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const hangs = { afterwards: () => new Promise(() => {}) };
    const gateway = new Gateway(stream([event('queued', 1)], hangs), stream([event('completed', 2)]));

    const told = [];
    for await (const { name } of gateway.client().follow(['gen_1'])) {
      told.push(name);
      if (name === 'queued') setImmediate(() => t.mock.timers.tick(60_000));
    }

    assert.deepEqual(told, ['joined', 'queued', 'cut', 'resumed', 'completed']);
  });

  test('escapes whatever an id holds', async () => {
    const gateway = new Gateway(json({ status: 'completed' }));

    await gateway.client().find('../x?y');

    assert.equal(gateway.calls[0].path, '/v1/generations/..%2Fx%3Fy');
  });
});

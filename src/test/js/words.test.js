import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SluiceProblem, SluiceUnreachable } from '../../main/resources/client/sluice.js';
import { asCurl } from '../../main/resources/static/curl.js';
import {
  announcementOf, clock, duration, endingOf, lineOf, outlookOf, sentenceFor, stateOf, tallyOf, troubleWith,
} from '../../main/resources/static/words.js';

const STATUSES = [
  'queued', 'submitting', 'processing', 'overdue', 'completed',
  'failed', 'rejected', 'cancelled', 'unknown', 'timed_out',
];

const plain = (text) => text.replaceAll('\u00a0', ' ');

describe('Words', () => {
  for (const status of STATUSES) {
    test(`has a name and a sentence for ${status}`, () => {
      assert.notEqual(stateOf(status), status);
      assert.match(sentenceFor({ type: status, generation: { status } }), /\S\.$/);
    });
  }

  test('shows a status that it does not know as it is', () => {
    assert.equal(stateOf('dreaming'), 'dreaming');
    assert.equal(sentenceFor({ type: 'dreaming', generation: { status: 'dreaming' } }), '');
  });

  test('tells the place in the line, the reason and the time', () => {
    const progress = { percent: 0, queuePosition: 3, waitingFor: 'limit', etaSeconds: 14 };

    const sentence = sentenceFor({ type: 'queued', generation: { status: 'queued', progress } });

    assert.equal(plain(sentence), 'Number 3 in line: waiting for a free place at the image API. About 14 s to go.');
  });

  test('tells the progress with and without an estimate', () => {
    const told = (progress) => plain(sentenceFor({ type: 'progress', generation: { status: 'processing', progress } }));

    assert.equal(told({ percent: 41.4, etaSeconds: 9 }), '41% there. About 9 s to go.');
    assert.equal(told({ percent: 41.4 }), '41% there.');
  });

  test('says under the bar only what the bar does not', () => {
    assert.equal(plain(outlookOf({ status: 'processing', progress: { percent: 41, etaSeconds: 9 } })), 'About 9 s to go.');
    assert.equal(outlookOf({ status: 'processing', credits: { used: 2 } }), 'The image API accepted it. 2 credits used.');
  });

  test('tells what went wrong, what it cost and what to do', () => {
    const error = { title: 'The safety check objected', detail: 'Describe something else.' };

    const { title, detail, next } = endingOf({ status: 'failed', error, credits: { used: 1 } });

    assert.equal(title, 'The safety check objected');
    assert.equal(detail, 'Describe something else.');
    assert.match(next, /^1 credit used\. Change the prompt/);
  });

  test('says that money is at risk', () => {
    assert.match(endingOf({ status: 'unknown', credits: { used: 0, atRisk: 1 } }).next, /^1 credit may have been charged\./);
  });

  test('says that nothing was charged', () => {
    assert.match(endingOf({ status: 'rejected' }).next, /^Nothing was charged\./);
    assert.match(endingOf({ status: 'cancelled' }).next, /^Nothing was charged\./);
  });

  test('says when to try again', () => {
    assert.equal(plain(troubleWith(new SluiceProblem({ title: 'Full', status: 503 }, 12)).next), 'Try again in 12 s.');
    assert.equal(troubleWith(new SluiceProblem({ title: 'Full', status: 503 })).next, 'Try again a little later.');
  });

  test('tells the gateway that is away from a fault of the page', () => {
    assert.equal(troubleWith(new SluiceUnreachable()).title, 'The gateway cannot be reached');
    assert.equal(troubleWith(new RangeError('oops')).detail, 'oops');
  });

  test('tells time as one would say it', () => {
    assert.deepEqual([1, 41_400, 89_000, 150_000].map(duration).map(plain), ['1 s', '41 s', '89 s', '3 min']);
    assert.deepEqual([-5, 1_240, 59_960, 125_000].map(clock), ['0.0 s', '1.2 s', '60.0 s', '2:05 min']);
  });

  test('quotes the call for a shell', () => {
    const call = asCurl([{ prompt: "it's" }], { base: 'http://localhost:8080/', hasKey: true });

    assert.match(call, /^curl -N http:\/\/localhost:8080\/v1\/generations \\\n/);
    assert.ok(call.endsWith(`-d '{"prompt":"it'\\''s"}'`));
    assert.ok(call.includes('"Authorization: Bearer $SLUICE_KEY"'));
  });

  test('quotes a batch for a shell', () => {
    const call = asCurl([{ prompt: 'a' }, { prompt: 'b' }], { base: 'http://localhost:8080/', hasKey: false });

    assert.match(call, /^curl -N http:\/\/localhost:8080\/v1\/batches \\\n/);
    assert.ok(call.endsWith(`-d '{"generations":[{"prompt":"a"},{"prompt":"b"}]}'`));
    assert.ok(!call.includes('SLUICE_KEY'));
  });

  test('reads a long prompt aloud in part', () => {
    assert.equal(announcementOf('A fox', 'processing'), 'A fox: In the making.');
    assert.match(announcementOf('word '.repeat(40), 'completed'), /^.{1,62}…: Done\.$/);
  });

  test('counts what is under way and nothing else', () => {
    assert.equal(tallyOf(['queued', 'processing', 'overdue', 'completed', 'queued']), '2 in the making, 2 in line');
    assert.equal(tallyOf(['completed', 'failed']), '');
  });

  test('speaks of the line only while it is cut', () => {
    assert.match(plain(lineOf({ isOpen: false, pause: 3000 })), /^The line was cut\. Reconnecting in 3 s/);
    assert.equal(lineOf({ isOpen: true }), '');
  });
});

import { byId, element } from './dom.js';
import { clock, sentenceFor } from './words.js';

const OF_THE_LINE = new Set(['unanswered', 'cut', 'resumed']);

/**
 * Every event of the stream, in order. News of the moment (no `id`) of one name in a row share a line that opens, so
 * that a minute of progress does not bury the five events that matter.
 */
export class Timeline {
  #list = byId('timeline');
  #last;

  clear() {
    this.#list.replaceChildren();
    this.#last = undefined;
  }

  tell(news, since) {
    const isMoment = news.id === undefined && !OF_THE_LINE.has(news.name);
    if (isMoment && this.#last?.name === news.name && this.#last.moments) this.#join(news, since);
    else this.#list.append(isMoment ? this.#openRow(news, since) : this.#row(news, since));
  }

  #row(news, since) {
    this.#last = { name: news.name };
    return element('li', { 'data-kind': news.name }, ...cells(news, since));
  }

  #openRow(news, since) {
    const [time, name, sentence] = cells(news, since);
    const count = element('span', { class: 'count' });
    // What is inside is not announced: a screen reader hears the first of a run, not every percent.
    const moments = element('ol', { class: 'moments', 'aria-live': 'off' }, moment(news, since));
    const summary = element('summary', { 'aria-live': 'off' }, time, name, count, sentence);
    this.#last = { name: news.name, time, sentence, count, moments };
    return element('li', { 'data-kind': 'moment' }, element('details', {}, summary, moments));
  }

  #join(news, since) {
    const { time, sentence, count, moments } = this.#last;
    moments.append(moment(news, since));
    time.textContent = clock(since);
    sentence.textContent = sentenceFor(news);
    count.textContent = `× ${moments.childElementCount}`;
  }
}

function cells(news, since) {
  return [
    element('span', { class: 'time' }, clock(since)),
    element('span', { class: 'name' }, OF_THE_LINE.has(news.name) ? 'the line' : news.name),
    element('span', { class: 'sentence', dir: 'auto' }, sentenceFor(news)),
  ];
}

function moment(news, since) {
  return element('li', {}, element('span', { class: 'time' }, clock(since)), ` ${sentenceFor(news)}`);
}

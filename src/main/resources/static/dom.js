/** Makes an element. Text is always text: nothing on this page is ever parsed as HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Shows the text, or nothing at all where there is none. */
export function tell(place, text) {
  const words = text ?? '';
  if (place.textContent !== words) place.textContent = words; // a live region may be read aloud at every change
  place.hidden = !text;
}

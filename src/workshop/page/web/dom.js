/**
 * An element of the page, by its id.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`no #${id}`);
}

/**
 * A new element. Texts go in as text, never as HTML.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly (Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Set a text only where it changes: what did not change is not drawn, read or selected anew.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | undefined} value undefined: without it
 */
export function setAttribute(element, name, value) {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Make a list's children be of these keys, in this order. Who stays is kept as it is; a child with the focus is never moved.
 * @template {Element} T
 * @param {Element} parent
 * @param {Map<string, T>} kept by key; changed along
 * @param {readonly string[]} keys
 * @param {(key: string) => T} create
 */
export function keepChildren(parent, kept, keys, create) {
  const wanted = new Set(keys);
  for (const [key, child] of kept) {
    if (wanted.has(key)) continue;
    child.remove();
    kept.delete(key);
  }
  let before = parent.firstElementChild;
  for (const key of keys) {
    const child = kept.get(key) ?? create(key);
    kept.set(key, child);
    if (child === before) before = before.nextElementSibling;
    else parent.insertBefore(child, before);
  }
}

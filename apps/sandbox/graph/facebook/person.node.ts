import { edgeField, needing, NodeType, valueField } from '../node-type.js';
import { type Page, pageNode } from './page.node.js';

/** A person has one page here. */
export const PAGES_PAGE = { fallback: 25, max: 100 };

interface Person {
  id: string;
  name: string;
  page: Page;
}

/** The person behind a Facebook Login: `GET /me` with their own token. Default fields are recalled. */
export const personNode = new NodeType<Person>('User', ['name', 'id'], {
  id: valueField((person) => person.id),
  name: valueField((person) => person.name),
  accounts: needing('show_pages', edgeField(() => pageNode, (person) => [person.page], PAGES_PAGE)),
});

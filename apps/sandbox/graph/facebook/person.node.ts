import { NodeType, valueField } from '../node-type.js';

interface Person {
  id: string;
  name: string;
}

/** The person behind a Facebook Login: `GET /me` with their own token. Default fields are recalled. */
export const personNode = new NodeType<Person>('User', ['name', 'id'], {
  id: valueField((person) => person.id),
  name: valueField((person) => person.name),
});

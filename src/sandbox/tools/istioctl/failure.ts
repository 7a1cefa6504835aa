/** A command cannot do what it was asked; the message is for the user. */
export class Failure extends Error {}

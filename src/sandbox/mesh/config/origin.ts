/** Where an object of the configuration comes from. */
export interface Origin {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Where a value stands in a file. Lines and columns count from 1, offsets from 0 (UTF-16 code units). */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  /** Offset just past the value's last code unit. */
  readonly endOffset: number;
}

/** `file:line:column`, the form that editors and terminals turn into a link. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

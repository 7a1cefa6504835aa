/** Whether something that a namespace exports (`.`, `*`, `~`, names) is seen in another one. */
export function isVisible(exportTo: readonly string[], owner: string, namespace: string): boolean {
  return exportTo.some((to) => to === "*" || to === namespace || (to === "." && owner === namespace));
}

/** What `exportTo` says; nothing said is what the mesh has as its default. */
export function exportsOf(exportTo: unknown, fallback: readonly string[]): readonly string[] {
  return Array.isArray(exportTo) && exportTo.length > 0 ? exportTo.map(String) : fallback;
}

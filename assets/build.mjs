// Makes src/filiform/site/built/assets: one stylesheet, the typeface, the icon, the scripts.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { compile, NodePackageImporter } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "filiform", "site", "built", "assets");
const library = join(here, "node_modules", "nhsuk-frontend", "dist", "nhsuk");
const typeface = join(here, "node_modules", "@fontsource-variable", "atkinson-hyperlegible-next");

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "fonts"), { recursive: true });

const { css } = compile(join(here, "styles", "filiform.scss"), {
  style: "compressed",
  importers: [new NodePackageImporter(here)],
  quietDeps: true,
  charset: false,
});
writeFileSync(join(out, "filiform.css"), css);

for (const style of ["normal", "italic"]) {
  const file = `atkinson-hyperlegible-next-latin-wght-${style}.woff2`;
  cpSync(join(typeface, "files", file), join(out, "fonts", file));
}
cpSync(join(typeface, "LICENSE"), join(out, "fonts", "OFL.txt"));
mkdirSync(join(out, "icons"));
for (const [, icon] of css.matchAll(/url\("icons\/([\w-]+\.svg)"\)/g)) {
  cpSync(join(library, "assets", "images", icon), join(out, "icons", icon));
}
cpSync(join(here, "icons", "filiform.svg"), join(out, "filiform.svg"));
cpSync(join(here, "scripts"), join(out, "scripts"), { recursive: true });

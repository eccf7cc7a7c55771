import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

const root = path.join(__dirname, '../..');
const goModule = 'github.com/flaglens/flaglens/pkg/';

/** Rooms and the arrows between them, `from --> to`, sorted. */
interface Plan {
  rooms: string[];
  arrows: string[];
}

/** A picture of rooms: those that are open may be imported by all, so that arrows to them are not drawn. */
interface Picture extends Plan {
  folder: string;
  open: Set<string>;
}

/** Reads the pictures of rooms out of a document: Mermaid blocks with a line `%% rooms of FOLDER`. */
function picturesIn(document: string): Picture[] {
  return [...document.matchAll(/```mermaid\n([\s\S]*?)```/g)].flatMap(([, text = '']) => {
    const folder = /^\s*%% rooms of (\S+)$/m.exec(text)?.[1];
    return folder === undefined ? [] : [pictureOf(folder, text)];
  });
}

function pictureOf(folder: string, text: string): Picture {
  const rooms = new Set<string>();
  const arrows = new Set<string>();
  const open = new Set<string>();
  let inOpen = false;
  for (const line of text.split('\n').map((part) => part.trim())) {
    const arrow = /^(\w+) --> (\w+)$/.exec(line);
    if (arrow) {
      const [, from = '', to = ''] = arrow;
      rooms.add(from).add(to);
      arrows.add(`${from} --> ${to}`);
    } else if (line === 'subgraph open') {
      inOpen = true;
    } else if (line === 'end') {
      inOpen = false;
    } else if (/^\w+$/.test(line)) {
      rooms.add(line);
      if (inOpen) {
        open.add(line);
      }
    }
  }
  return { folder, rooms: [...rooms].sort(), arrows: [...arrows].sort(), open };
}

/** The rooms of Go packages: the folders of `pkg`, each with all below it. */
function goRooms(leftOut: readonly string[]): Plan {
  const format = '{{.ImportPath}} {{join .Imports " "}}';
  const list = execFileSync('go', ['list', '-f', format, './pkg/...'], { cwd: root, encoding: 'utf8' });
  const roomOf = (name: string) => (name.startsWith(goModule) ? name.slice(goModule.length).split('/')[0] : undefined);
  return planOf(
    list
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(roomOf))
      .filter(([room]) => room !== undefined && !leftOut.includes(room))
      .map(([room = '', ...imports]) => ({ room, imports }))
  );
}

/** The rooms of TypeScript: the folders right below `folder` that hold sources. Tests and what only they use are left out. */
function typeScriptRooms(folder: string): Plan {
  const base = path.join(root, folder);
  const roomOf = (file: string): string | undefined => {
    const [first = '..', ...rest] = path.relative(base, file).split(path.sep);
    const isFolder =
      rest.length > 0 || (existsSync(path.join(base, first)) && statSync(path.join(base, first)).isDirectory());
    return first !== '..' && isFolder ? first : undefined;
  };
  const sources = readdirSync(base, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(base, name))
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|[\\/]testing[\\/]/.test(file));
  return planOf(
    sources.flatMap((file) => {
      const room = roomOf(file);
      const imports = ts
        .preProcessFile(readFileSync(file, 'utf8'))
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => roomOf(path.join(path.dirname(file), fileName)));
      return room === undefined ? [] : [{ room, imports }];
    })
  );
}

function planOf(parts: Array<{ room: string; imports: Array<string | undefined> }>): Plan {
  const arrows = parts.flatMap(({ room, imports }) =>
    imports.flatMap((to) => (to === undefined || to === room ? [] : [`${room} --> ${to}`]))
  );
  return { rooms: [...new Set(parts.map(({ room }) => room))].sort(), arrows: [...new Set(arrows)].sort() };
}

/** What of a plan a picture shows: arrows to open rooms and to rooms that are left out are not drawn. */
function shown({ rooms, arrows }: Plan, { open }: Pick<Picture, 'open'>): Plan {
  const drawn = ({ to }: { to: string }) => rooms.includes(to) && !open.has(to);
  return { rooms, arrows: arrows.filter((arrow) => drawn({ to: arrow.split(' --> ')[1] ?? '' })) };
}

const pictures = picturesIn(readFileSync(path.join(root, 'docs/architecture.md'), 'utf8'));

test('the rooms of the backend, of the browser and of the library are drawn', () => {
  expect(pictures.map(({ folder }) => folder)).toEqual([
    'pkg',
    'src',
    'src/pages',
    'src/panel',
    'src/panel/render',
    'instrumentation/src',
  ]);
});

test.each(pictures.map((picture) => [picture.folder, picture] as const))(
  'the picture of %s has the rooms and the arrows of the code',
  (folder, picture) => {
    const plan = folder === 'pkg' ? goRooms(['cmd', 'promtest']) : typeScriptRooms(folder);
    expect({ rooms: picture.rooms, arrows: picture.arrows }).toEqual(shown(plan, picture));
  }
);

test('the way of a query runs along imports', () => {
  const document = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
  const [way = ''] = /```mermaid\n[\s\S]*?```/.exec(document) ?? [];
  const { arrows, rooms } = goRooms([]);
  const drawn = [...way.matchAll(/^\s*(\w+)(?:\["[^"]*"\])? --> (\w+)/gm)]
    .filter(([, from = '', to = '']) => rooms.includes(from) && rooms.includes(to))
    .map(([, from, to]) => `${from} --> ${to}`);
  expect(drawn.length).toBeGreaterThan(10);
  expect(drawn.filter((arrow) => !arrows.includes(arrow))).toEqual([]);
});

test('a picture is read with its open rooms, and a room or an arrow that it lacks is noticed', () => {
  const [picture] = picturesIn(
    '```mermaid\nflowchart TD\n  %% rooms of x\n  a --> b\n  subgraph open\n    c\n  end\n  c --> a\n```'
  );
  expect(picture).toEqual({
    folder: 'x',
    rooms: ['a', 'b', 'c'],
    arrows: ['a --> b', 'c --> a'],
    open: new Set(['c']),
  });
  const plan = planOf([
    { room: 'a', imports: ['b', 'c', undefined] },
    { room: 'b', imports: ['a', 'b'] },
    { room: 'c', imports: ['a', 'd'] },
  ]);
  expect(shown(plan, picture ?? { open: new Set() })).toEqual({
    rooms: ['a', 'b', 'c'],
    arrows: ['a --> b', 'b --> a', 'c --> a'],
  });
});

/** The body that licences of this kind share. */
const permission = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to
deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
sell copies of the Software, and to permit persons to whom the Software is
furnished to do so`;

const condition = `, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.`;

const disclaimer = `THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
IN THE SOFTWARE.`;

const mit = (copyright: string): string =>
  `${copyright}\n\n${permission}${condition}\n\n${disclaimer}`;

/** Code that a package has taken over from elsewhere, and for which it has no licence file. */
export interface TakenOverCode {
  readonly name: string;
  /** Part of the paths of the files that hold it. */
  readonly within: string;
  /** SPDX identifier. */
  readonly licence: string;
  readonly text: string;
}

/** What packages in our bundles have taken over. A test looks for more of the kind. */
export const takenOverCode: readonly TakenOverCode[] = [
  {
    // github.com/nodejs/llhttp, LICENSE.
    name: 'llhttp, in undici',
    within: 'node_modules/undici/lib/llhttp/',
    licence: 'MIT',
    text: mit('Copyright Fedor Indutny, 2018.'),
  },
  {
    // "Extracted from node/lib/internal/fixed_queue.js"; github.com/nodejs/node, LICENSE.
    name: 'Node.js, in undici',
    within: 'node_modules/undici/lib/dispatcher/fixed-queue.js',
    licence: 'MIT',
    text: mit('Copyright Node.js contributors. All rights reserved.'),
  },
  {
    // "Adapted from valibot (MIT)"; github.com/fabian-hiller/valibot, LICENSE.md.
    name: 'valibot, in zod',
    within: 'node_modules/zod/v4/core/schemas.js',
    licence: 'MIT',
    text: mit('MIT License\n\nCopyright (c) 2023 Fabian Hiller'),
  },
];

/** Licences of packages that are published without one, by the scope or the name of the package. */
export const textsOfPackages: ReadonlyMap<string, string> = new Map([
  [
    // github.com/aws-powertools/powertools-lambda-typescript, LICENSE.
    '@aws-lambda-powertools',
    `Copyright 2021 Amazon.com, Inc. or its affiliates. All Rights Reserved.\n\n${permission}.\n\n${disclaimer}`,
  ],
]);

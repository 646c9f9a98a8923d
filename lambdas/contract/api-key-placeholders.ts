/** What is no key although it could stand in a header, and what to say of it. */
export const placeholders: readonly (readonly [RegExp, string])[] = [
  [/^(?:\[\s*["'\]]|\{\s*")/, 'is JSON, but no object with the key in it: name the field "apiKey"'],
  [/^<[a-z][^>]*>.*<\//is, 'is markup, not a key'],
  [
    /^(?:\$\{?[A-Za-z_(]|\$env:|%[^%]*%$|![A-Za-z_]\w*!$|\{\{|<[^>]*>$|\[[^\]]*\]$)/,
    'is the name of a variable or a placeholder in place of its value: the shell did not replace it',
  ],
  [
    /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET)=*$/,
    'is the name of a variable in place of its value',
  ],
  [
    /^(?:redacted|nan|placeholder|example|dummy|fixme|tbd|n\/a|replace[-_]?me|(?:(?:your|my|the|insert|enter)[-_])?[a-z]+[-_]api[-_]?key(?:[-_]here)?|(?:sk[-_](?:[a-z]+[-_])?|chr_)x{3,})$/i,
    'is a placeholder',
  ],
  [
    /^(?:null|none|nil|undefined|true|false|todo|changeme|change-me|x{3,}|(?:your|my|the)?[-_ ]?api[-_ ]?key(?:[-_ ]here)?|(?:your|my)[-_ ]?(?:key|token|secret)(?:[-_ ]here)?)$/i,
    'is a placeholder',
  ],
  [/^arn:/i, 'is the ARN of something, not its value'],
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'is an address, not a key'],
  [
    /^(?:\/(?:run|etc|home|tmp|var|mnt|opt|usr|Users)\/|\.{1,2}[/\\]|~\/|[A-Za-z]:\\|@\S+\.[a-z]+$)/,
    'is the path of a file, not what is in it',
  ],
  [/^A[KS]IA[A-Z0-9]{16}$/, 'is the id of an access key of AWS'],
  [/&(?:quot|amp|lt|gt|apos|#\d+);/i, 'is escaped for HTML'],
  [/^basic\s/i, 'is a Basic authorization: store the key in it alone'],
  [/\*{3}|\.{3}|…|•{2}/, 'is shortened: dots or stars stand for a part of it'],
  [/^["'`“‘«]|["'`”’»]$/, 'has a quotation mark at one end only'],
];

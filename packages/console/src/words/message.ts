/** A text of the console; `{names}` in it are filled in. Where it counts something, one text for each form of the plural. */
export type Message = string | PluralMessage;

/** Forms by the plural rules of the language (`Intl.PluralRules`), chosen by the value `count`. */
export type PluralMessage = { readonly other: string } & {
  readonly [Form in Exclude<Intl.LDMLPluralRule, 'other'>]?: string;
};

/** The messages of one area of the console, by name. */
export type Messages = Readonly<Record<string, Message>>;

/** The messages of an area in another language: the same names, so that none can be missing. */
export type Translation<English extends Messages> = { readonly [Name in keyof English]: Message };

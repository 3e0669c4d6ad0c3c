/*
 * Message selectors: Jakarta Messaging 3.1, 3.8.1.1.
 *
 * One hierarchy of expressions by precedence; which type stands where is checked when the tree is
 * read, because a position and a type make a better message than a second hierarchy. No rule is
 * left-recursive: only brackets nest, so counting them bounds the parser's stack.
 */
grammar Selector;

options { caseInsensitive = true; }

selector : expression EOF ;

expression : conjunction (OR conjunction)* ;

conjunction : negation (AND negation)* ;

negation : NOT* comparison ;

comparison : sum test? ;

test
    : operator=(EQUAL | NOT_EQUAL | LESS | LESS_OR_EQUAL | GREATER | GREATER_OR_EQUAL) sum # compare
    | NOT? negatable # maybeNegated
    | IS NOT? NULL # isNull
    ;

negatable
    : BETWEEN low=sum AND high=sum # between
    | IN OPEN STRING (COMMA STRING)* CLOSE # in
    | LIKE pattern=STRING (ESCAPE escape=STRING)? # like
    ;

sum : product ((PLUS | MINUS) product)* ;

product : signed ((STAR | SLASH) signed)* ;

signed : (PLUS | MINUS)* primary ;

primary
    : IDENTIFIER # identifier
    | STRING # string
    | EXACT # exact
    | APPROXIMATE # approximate
    | (TRUE | FALSE) # boolean
    | OPEN expression CLOSE # bracketed
    ;

OR : 'or' ;
AND : 'and' ;
NOT : 'not' ;
BETWEEN : 'between' ;
IN : 'in' ;
LIKE : 'like' ;
ESCAPE : 'escape' ;
IS : 'is' ;
NULL : 'null' ;
TRUE : 'true' ;
FALSE : 'false' ;

EQUAL : '=' ;
NOT_EQUAL : '<>' ;
LESS : '<' ;
LESS_OR_EQUAL : '<=' ;
GREATER : '>' ;
GREATER_OR_EQUAL : '>=' ;
PLUS : '+' ;
MINUS : '-' ;
STAR : '*' ;
SLASH : '/' ;
OPEN : '(' ;
CLOSE : ')' ;
COMMA : ',' ;

/* Java's integer literals. */
EXACT : ('0' | [1-9] ('_'* DIGIT)* | '0' ('_'* [0-7])+ | '0x' HEX | '0b' [01] ('_'* [01])*) 'l'? ;

/* Java's floating-point literals. */
APPROXIMATE
    : DIGITS '.' DIGITS? EXPONENT? [fd]?
    | '.' DIGITS EXPONENT? [fd]?
    | DIGITS EXPONENT [fd]?
    | DIGITS [fd]
    | '0x' (HEX '.'? | HEX? '.' HEX) 'p' [+-]? DIGITS [fd]?
    ;

/* Longer than any number, such as 1st or 0x: refused as a whole. */
MALFORMED_NUMBER : '.'? DIGIT (IDENTIFIER_PART | '.')* ;

STRING : '\'' (~'\'' | '\'\'')* '\'' ;

UNTERMINATED_STRING : '\'' (~'\'' | '\'\'')* ;

IDENTIFIER : IDENTIFIER_START IDENTIFIER_PART* ;

/* As Java defines it: space, horizontal tab, form feed, line terminators. */
WHITESPACE : [ \t\f\r\n]+ -> skip ;

UNKNOWN : . ;

fragment DIGIT : [0-9] ;
fragment DIGITS : DIGIT ('_'* DIGIT)* ;
fragment HEX : [0-9a-f] ('_'* [0-9a-f])* ;
fragment EXPONENT : 'e' [+-]? DIGITS ;

/* The JDK at run time decides, not the tables of the generator. */
fragment IDENTIFIER_START
    : [a-z_$]
    | ~[\u0000-\u007F] {Character.isJavaIdentifierStart(_input.LA(-1))}?
    ;

/* The control characters are those that isIdentifierIgnorable names. */
fragment IDENTIFIER_PART
    : [a-z0-9_$\u0000-\u0008\u000E-\u001B\u007F]
    | ~[\u0000-\u007F] {Character.isJavaIdentifierPart(_input.LA(-1))}?
    ;

/**
 * Words in which APIs tell errors, and the words between them. They stay readable in an error even
 * where the request holds them too: alone, none of them tells anything of its content.
 */
const words = `
a about above accept accepted access account across action active add added additional after again against all
allow allowed already also always amount an and another any api app are argument array as ask at attempt auth
authentication authorization authorized auto available back bad based be because been before begin below between
block blocked body boolean both but by call can cannot card cards change character characters check checks choose
closed code com company completed component concurrent condense condition conflict connection contact contain
contains content contents conversation correct could count create created credit credits current data date day
days deck decks default delete deleted deny denied description detail details did different disabled do document
does done down due duplicate during each either empty enabled end ended enough enter entity error errors every
exceed exceeded exceeds exist existing exists expected expired export exported extra fail failed failure false
fatal feature field fields file files find first for forbidden form format found from full further gateway
generate generated generating generation generations get given got greater had has have he header help her here
him his hour hours how html http https i id ids if image images import in inactive include included including
incorrect index info input inputs insufficient integer internal into invalid is issue it item items its job json
just key keys kind known language large last later least length less limit limited limits link list load locked
long longer look made make malformed many match max maximum may me media memory message messages method might
min minimum minute minutes missing mode model modified month more most much must my name names need needed needs
new next no none nor not nothing now null number numbers numeric object of off offset ok on once one only open
operation option optional options or order organization other our out output over own page pages param parameter
parameters parse part password patch path pattern pdf pending per permission permissions permitted phrase place
plan please png policy positive possible post pptx present presentation presentations preserve preview previous
problem process processed processing prompt prompts property provide provided provider put query question quota
range rate raw reach reached read reason received record reduce refused regex rejected remaining remove removed
render replace reply request requested requests require required resource response result results retry returned
right rule safe same saved schema scope second seconds section sections see seen send sent server service set
several she short should since single size slide slides small so social some something soon sorry source space
start started starts state status step still stop string strings style subscription success such support
supported syntax system take tag task team template templates text than that the their them then there these
they this those through time timed timeout times title to token tokens tone too total true try type types
unable unauthorized undefined under unexpected unique unknown unprocessable unsupported until up update updated
upgrade upload uri url us usage use used user uses using valid validation value values variant version very
via violation violates wait want was way we web webpage were what when where which while who why will with within without
word words work workspace would wrong year years yes yet you your zero
additionalinstructions cardoptions cardsplit exportas folderids gammaid imageoptions inputtext numcards
sharingoptions textmode textoptions themeid attachments non_interactive interactive narrative rewrite strong
subtle loc msg ctx detail singleslide reference outline theme audience instruction instructions chart
`;

/** See above; in lower case. */
export const errorWords: ReadonlySet<string> = new Set(words.split(/\s+/).filter(Boolean));

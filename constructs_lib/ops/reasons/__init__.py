"""Why a job waits or has failed: rules over what AWS answers. None of them asks AWS anything; the readers do.

`Finding` is what a rule says. Rules are in `waiting`, `failed` and `executions`, each a table or a file of one idea.
"""

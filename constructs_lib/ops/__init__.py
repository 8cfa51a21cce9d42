"""Operations on deployed pipelines, with AWS's APIs alone: no constructs, and no embedded AWS."""

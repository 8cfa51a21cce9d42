"""What judges an app: rules over synthesized templates."""

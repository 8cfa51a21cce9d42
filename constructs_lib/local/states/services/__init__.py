"""What moto's other services answer state machines, where it is not what AWS answers."""
